using System.Globalization;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>port</c>: where a container port is published.</summary>
internal static class PortCommand
{
    public const string Flags = "index= protocol=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positionals is not [var service, var text])
        {
            throw new UsageException("\"gantry compose port\" requires exactly 2 arguments.");
        }

        var slash = text.IndexOf('/');
        var protocol = slash < 0 ? arguments.Value("protocol") ?? "tcp" : text[(slash + 1)..];
        if (!ushort.TryParse(slash < 0 ? text : text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new UsageException($"invalid port: {text}");
        }

        var container = await context.ContainerAsync(service, arguments.Integer("index"), cancellationToken).ConfigureAwait(false);
        var found = container.Summary.Ports.FirstOrDefault(item => item.PrivatePort == port && item.Type == protocol && item.PublicPort != 0)
            ?? throw GantryException.NotFound($"no port {port}/{protocol} for container {container.Name}: {string.Join(", ", container.Summary.Ports.Select(item => $"{item.PrivatePort}/{item.Type}"))}");
        await context.Out.WriteLineAsync($"{(found.IP?.Contains(':') == true ? $"[{found.IP}]" : found.IP)}:{found.PublicPort}").ConfigureAwait(false);
        return 0;
    }
}

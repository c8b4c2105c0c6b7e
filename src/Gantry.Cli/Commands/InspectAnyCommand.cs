using System.Text.Json.Serialization.Metadata;
using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary><c>inspect</c> of whatever has the name: container, image, network or volume, in this order.</summary>
internal static class InspectAnyCommand
{
    private static readonly string[] Swarm = ["node", "service", "task", "secret", "config"];

    private static readonly string[] Types = ["config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"];

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        var size = options.Switch("size", 's', "Display total file sizes if the type is container");
        var type = options.String("type", '\0', "Only inspect objects of the given type");
        return new Command
        {
            Usage = "inspect [OPTIONS] NAME|ID [NAME|ID...]",
            Summary = "Return low-level information on Docker objects",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) => type.Value.Length > 0 && !Types.Contains(type.Value)
                ? throw new ExitException(1, $"unknown type: \"{type.Value}\": must be one of {string.Join(", ", Types.Select(t => $"\"{t}\""))}")
                : InspectOutput.RunAsync(context, names, format.Value, name => FindAsync(context.Client, type.Value, name, size.Value, cancellationToken)),
        };
    }

    private static async Task<Inspected> FindAsync(GantryClient client, string type, string name, bool size, CancellationToken cancellationToken)
    {
        List<(string Type, JsonTypeInfo? Shape, Func<Task<ReadOnlyMemory<byte>>> Fetch)> kinds =
        [
            ("container", DockerJson.Wire.ContainerInspectResponse, () => client.Containers.InspectRawAsync(name, size, cancellationToken)),
            ("image", DockerJson.Wire.ImageInspectResponse, () => client.Images.InspectRawAsync(name, cancellationToken)),
            ("network", DockerJson.Wire.NetworkInspectResponse, () => client.Networks.InspectRawAsync(name, verbose: false, cancellationToken)),
            ("volume", DockerJson.Wire.VolumeResponse, () => client.Volumes.InspectRawAsync(name, cancellationToken)),
            ("plugin", null, () => Plugins.PluginCommands.InspectRawAsync(client, name, cancellationToken)),
            .. Swarm.Select(kind => (kind, (JsonTypeInfo?)null, (Func<Task<ReadOnlyMemory<byte>>>)(() => AskAsync(client, $"/{kind}s/{Uri.EscapeDataString(name)}", cancellationToken)))),
        ];
        if (type.Length > 0)
        {
            var kind = kinds.Find(k => k.Type == type);
            return new Inspected(await kind.Fetch().ConfigureAwait(false), kind.Shape);
        }

        foreach (var (kind, shape, fetch) in kinds)
        {
            try
            {
                return new Inspected(await fetch().ConfigureAwait(false), shape);
            }
            catch (GantryException e) when (e.IsFromDaemon && (e.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument || Swarm.Contains(kind)))
            {
                // Not one of these; the next kind may have the name.
            }
        }

        throw GantryException.NotFound($"Error: No such object: {name}");
    }

    private static async Task<ReadOnlyMemory<byte>> AskAsync(GantryClient client, string path, CancellationToken cancellationToken)
    {
        await using var answer = await client.SendAsync(new Client.Http.ApiRequest("GET", path), cancellationToken).ConfigureAwait(false);
        return await answer.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
    }
}

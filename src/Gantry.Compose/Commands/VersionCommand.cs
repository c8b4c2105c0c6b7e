using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>version</c>.</summary>
internal static class VersionCommand
{
    public const string Flags = "short format,f=";

    public static string Text => $"Gantry Compose version v{Labels.OurVersion}";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var text = arguments.Has("short") ? Labels.OurVersion : arguments.Value("format") == "json" ? $"{{\"version\":\"v{Labels.OurVersion}\"}}" : Text;
        await context.Out.WriteLineAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        return 0;
    }
}

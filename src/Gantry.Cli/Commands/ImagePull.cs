using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary>Pulling an image, for <c>pull</c> and for <c>run</c> when the image is missing.</summary>
internal static class ImagePull
{
    /// <param name="output">Where progress goes; null for nowhere.</param>
    public static async Task RunAsync(CommandContext context, ImageReference reference, string? platform, TextWriter? output, CancellationToken cancellationToken)
    {
        var auth = context.Config.Credentials(ConfigFile.KeyFor(reference.Domain));
        var lines = context.Client.Images.PullAsync(
            reference.FamiliarName, reference.Digest?.ToString() ?? reference.Tag, string.IsNullOrEmpty(platform) ? null : platform, auth, cancellationToken);
        var terminal = output == context.Out ? context.Console.OutputIsTerminal : context.Console.ErrorIsTerminal;
        await new ProgressDisplay(output ?? TextWriter.Null, terminal && output is not null).ShowAsync(lines, cancellationToken).ConfigureAwait(false);
    }
}

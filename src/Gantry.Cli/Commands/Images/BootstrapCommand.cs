using System.ComponentModel;
using System.Diagnostics;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Images;

/// <summary>
/// Makes a base image from Debian's package archive, for machines that reach no registry. mmdebstrap runs here, beside the
/// client; the daemon gets its tar by the ordinary import.
/// </summary>
internal static class BootstrapCommand
{
    private const string DefaultMirror = "http://deb.debian.org/debian";

    public static Command Create()
    {
        var options = new OptionTable();
        var include = options.Strings("include", '\0', "Further Debian packages");
        var mirror = options.String("mirror", '\0', "Debian mirror", DefaultMirror);
        var suite = options.String("suite", '\0', "Debian suite, for an image that is not named after one");
        var quiet = options.Switch("quiet", 'q', "Only show the image ID");
        return new Command
        {
            Usage = "image bootstrap [OPTIONS] IMAGE",
            Summary = "Make a base image from Debian's package archive",
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var reference = References.Parse(arguments[0]);
                var recipe = suite.Value.Length > 0
                    ? BaseImageRecipe.Debian(suite.Value, slim: true, mirror.Value, include.Values)
                    : BaseImageRecipe.For(reference, mirror.Value, include.Values);
                if (!quiet.Value)
                {
                    context.Error.WriteLine($"Making {reference.Familiar} from {mirror.Value}");
                }

                return await MakeAsync(context, reference, recipe, cancellationToken).ConfigureAwait(false);
            },
        };
    }

    private static async Task<int> MakeAsync(CommandContext context, ImageReference reference, BaseImageRecipe recipe, CancellationToken cancellationToken)
    {
        using var process = Start(recipe.Arguments);
        var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            // The whole tar first: an archive that breaks off must not become an image.
            await using var tar = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            await process.StandardOutput.BaseStream.CopyToAsync(tar, cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new GantryException(ErrorKind.Unavailable, $"mmdebstrap failed: {(await complaint.ConfigureAwait(false)).Trim()}");
            }

            tar.Position = 0;
            var lines = context.Client.Images.ImportAsync("-", tar, reference.FamiliarName, reference.Tag, "gantry image bootstrap", "", recipe.Changes, cancellationToken);
            await foreach (var line in lines.ConfigureAwait(false))
            {
                context.Out.WriteLine(line.Status ?? line.Stream);
            }

            return 0;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("mmdebstrap", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            throw new GantryException(ErrorKind.Unavailable, "mmdebstrap is missing: install the Debian package mmdebstrap");
        }
    }
}

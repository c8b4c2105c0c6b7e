using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Images;

/// <summary>Import the contents from a tarball to create a filesystem image.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var changes = options.List("change", 'c', "Apply Dockerfile instruction to the created image");
        var message = options.String("message", 'm', "Set commit message for imported image");
        var platform = PlatformOption.Declare(options);
        return new Command
        {
            Usage = "import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
            Summary = "Import the contents from a tarball to create a filesystem image",
            Aliases = ["image import", "import"],
            Arity = Arity.Between(1, 2),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var source = arguments[0];
                var remote = source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
                await using var tar = remote ? null : source == "-" ? context.Console.Input : ArchiveInput.Open(source);
                var reference = arguments.Count > 1 ? References.Parse(arguments[1]) : null;
                var lines = context.Client.Images.ImportAsync(
                    remote ? source : "-", tar, reference?.FamiliarName, reference?.Tag, message.Value, platform.Value, changes.Values, cancellationToken);
                await new ProgressDisplay(context.Out, context.Console.OutputIsTerminal).ShowAsync(lines, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Images;

/// <summary>Load an image from a tar archive or STDIN.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var input = options.String("input", 'i', "Read from tar archive file, instead of STDIN");
        var platform = options.String("platform", '\0', "Load only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        var quiet = options.Switch("quiet", 'q', "Suppress the load output");
        return new Command
        {
            Usage = "load [OPTIONS]",
            Summary = "Load an image from a tar archive or STDIN",
            Aliases = ["image load", "load"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                if (input.Value.Length == 0 && context.Console.InputIsTerminal)
                {
                    throw new ExitException(1, "requested load from stdin, but stdin is empty");
                }

                await using var tar = input.Value.Length == 0 ? context.Console.Input : ArchiveInput.Open(input.Value);
                var lines = context.Client.Images.LoadAsync(tar, quiet.Value || !context.Console.OutputIsTerminal, platform.Value, cancellationToken);
                await new ProgressDisplay(context.Out, context.Console.OutputIsTerminal).ShowAsync(lines, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

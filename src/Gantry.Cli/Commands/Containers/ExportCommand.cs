using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Export a container's filesystem as a tar archive.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var output = options.String("output", 'o', "Write to a file, instead of STDOUT");
        return new Command
        {
            Usage = "export [OPTIONS] CONTAINER",
            Summary = "Export a container's filesystem as a tar archive",
            Aliases = ["container export", "export"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                ArchiveOutput.Check(context, output.Value, "export container");
                await using var tar = await context.Client.Containers.ExportAsync(arguments[0], cancellationToken).ConfigureAwait(false);
                await ArchiveOutput.WriteAsync(context, output.Value, tar, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

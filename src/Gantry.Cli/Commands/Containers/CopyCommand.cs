using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Copy files/folders between a container and the local filesystem.</summary>
internal static class CopyCommand
{
    private const string Explanation = "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\n"
        + "and extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.";

    public static Command Create()
    {
        var options = new OptionTable();
        var archive = options.Switch("archive", 'a', "Archive mode (copy all uid/gid information)");
        var follow = options.Switch("follow-link", 'L', "Always follow symbol link in SRC_PATH");
        var quiet = options.Switch("quiet", 'q', "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached");
        return new Command
        {
            Usage = "cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
            Summary = "Copy files/folders between a container and the local filesystem",
            Description = Explanation,
            Aliases = ["container cp", "cp"],
            Arity = Arity.Exactly(2),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var source = Split(arguments[0]);
                var destination = Split(arguments[1]);
                var copy = new ContainerCopy(context, archive.Value, follow.Value);
                var bytes = (source.Container, destination.Container) switch
                {
                    ({ } from, null) => await copy.FromAsync(from, source.Path, destination.Path, cancellationToken).ConfigureAwait(false),
                    (null, { } to) => await copy.ToAsync(source.Path, to, destination.Path, cancellationToken).ConfigureAwait(false),
                    (null, null) => throw new ExitException(1, "must specify at least one container source"),
                    _ => throw new ExitException(1, "copying between containers is not supported"),
                };
                if (!quiet.Value && bytes is { } copied && context.Console.ErrorIsTerminal)
                {
                    context.Error.WriteLine($"Successfully copied {Human.Size(copied)} to {arguments[1]}");
                }

                return 0;
            },
        };
    }

    // A path that starts with a dot or slash is local even when it has a colon.
    private static (string? Container, string Path) Split(string argument)
    {
        var colon = argument.IndexOf(':');
        return colon <= 0 || argument[0] is '.' or '/' ? (null, argument) : (argument[..colon], argument[(colon + 1)..]);
    }
}

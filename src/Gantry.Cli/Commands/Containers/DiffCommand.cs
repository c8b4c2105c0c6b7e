using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Inspect changes to files or directories on a container's filesystem.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "diff CONTAINER",
            Summary = "Inspect changes to files or directories on a container's filesystem",
            Aliases = ["container diff", "diff"],
            Arity = Arity.Exactly(1),
            Action = async (context, arguments, cancellationToken) =>
            {
                foreach (var change in await context.Client.Containers.ChangesAsync(arguments[0], cancellationToken).ConfigureAwait(false))
                {
                    context.Out.WriteLine($"{"CAD"[change.Kind]} {change.Path}");
                }

                return 0;
            },
        };
    }
}

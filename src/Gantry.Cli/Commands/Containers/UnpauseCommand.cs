using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Unpause all processes within one or more containers.</summary>
internal static class UnpauseCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "unpause CONTAINER [CONTAINER...]",
            Summary = "Unpause all processes within one or more containers",
            Aliases = ["container unpause", "unpause"],
            Arity = Arity.AtLeast(1),
            Action = (context, containers, cancellationToken) =>
                context.ForEachNamedAsync(containers, c => context.Client.Containers.UnpauseAsync(c, cancellationToken)),
        };
    }
}

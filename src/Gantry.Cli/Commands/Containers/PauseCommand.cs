using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Pause all processes within one or more containers.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "pause CONTAINER [CONTAINER...]",
            Summary = "Pause all processes within one or more containers",
            Aliases = ["container pause", "pause"],
            Arity = Arity.AtLeast(1),
            Action = (context, containers, cancellationToken) =>
                context.ForEachNamedAsync(containers, c => context.Client.Containers.PauseAsync(c, cancellationToken)),
        };
    }
}

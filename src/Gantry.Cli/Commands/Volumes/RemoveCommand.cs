using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Remove one or more volumes.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force the removal of one or more volumes");
        return new Command
        {
            Usage = "rm [OPTIONS] VOLUME [VOLUME...]",
            Summary = "Remove one or more volumes",
            Description = "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
            Aliases = ["volume rm", "volume remove"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, volumes, cancellationToken) =>
                context.ForEachNamedAsync(volumes, v => context.Client.Volumes.RemoveAsync(v, force.Value, cancellationToken)),
        };
    }
}

using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Remove all stopped containers.</summary>
internal static class PruneCommand
{
    public static Command Create() => new Pruning
    {
        Summary = "Remove all stopped containers",
        Warning = _ => "WARNING! This will remove all stopped containers.\nAre you sure you want to continue?",
        Title = "Deleted Containers:",
        RemoveAsync = async (context, _, filters, cancellationToken) =>
        {
            var pruned = await context.Client.Containers.PruneAsync(filters, cancellationToken).ConfigureAwait(false);
            return (pruned.ContainersDeleted, pruned.SpaceReclaimed);
        },
    }.Create();
}

using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Remove unused local volumes.</summary>
internal static class PruneCommand
{
    public static Command Create() => new Pruning
    {
        Summary = "Remove unused local volumes",
        AllUsage = "Remove all unused volumes, not just anonymous ones",
        FilterExample = "label=<label>",
        Warning = all => $"WARNING! This will remove {(all ? "all" : "anonymous")} local volumes not used by at least one container.\nAre you sure you want to continue?",
        Title = "Deleted Volumes:",
        Check = (all, filters) =>
        {
            if (all && filters.Any(f => f.StartsWith("all=", StringComparison.OrdinalIgnoreCase)))
            {
                throw new ExitException(1, "conflicting options: cannot specify both --all and --filter all=1");
            }
        },
        RemoveAsync = async (context, all, filters, cancellationToken) =>
        {
            var pruned = await context.Client.Volumes.PruneAsync(all ? filters.Add("all", "true") : filters, cancellationToken).ConfigureAwait(false);
            return (pruned.VolumesDeleted, pruned.SpaceReclaimed);
        },
    }.Create();
}

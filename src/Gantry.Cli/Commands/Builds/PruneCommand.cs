using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Builds;

/// <summary>Remove build cache.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        ValueOption<long>? keep = null;
        return new Pruning
        {
            Usage = "prune",
            Summary = "Remove build cache",
            AllUsage = "Remove all unused build cache, not just dangling ones",
            FilterExample = "until=24h",
            Warning = all => (all ? "WARNING! This will remove all build cache." : "WARNING! This will remove all dangling build cache.") + " Are you sure you want to continue?",
            Title = "Deleted build cache objects:",
            Declare = options => keep = options.Bytes("keep-storage", '\0', "Amount of disk space to keep for cache"),
            RemoveAsync = async (context, all, filters, cancellationToken) =>
            {
                var pruned = await context.Client.System.PruneBuildCacheAsync(all, keep!.Value, filters, cancellationToken).ConfigureAwait(false);
                return (pruned.CachesDeleted, pruned.SpaceReclaimed);
            },
        }.Create();
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Builds;

/// <summary>Remove build cache.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Remove all unused build cache, not just dangling ones");
        var filter = options.List("filter", '\0', "Provide filter values (e.g. \"until=24h\")", type: "filter");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        options.Bytes("keep-storage", '\0', "Amount of disk space to keep for cache");
        return new Command
        {
            Usage = "prune",
            Summary = "Remove build cache",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var warning = all.Value ? "WARNING! This will remove all build cache." : "WARNING! This will remove all dangling build cache.";
                if (!force.Value && !Prompt.Confirm(context.Console, warning + " Are you sure you want to continue?"))
                {
                    return 0;
                }

                var pruned = await context.Client.System.PruneBuildCacheAsync(all.Value, FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                if (pruned.CachesDeleted is { Count: > 0 } deleted)
                {
                    context.Out.WriteLine("Deleted build cache objects:");
                    foreach (var id in deleted)
                    {
                        context.Out.WriteLine(id);
                    }

                    context.Out.WriteLine();
                }

                context.Out.WriteLine("Total reclaimed space: " + Human.Size(pruned.SpaceReclaimed, 4));
                return 0;
            },
        };
    }
}

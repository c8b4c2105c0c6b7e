using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Host;

/// <summary>Remove unused data.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Remove all unused images not just dangling ones");
        var filter = options.Filter('\0', "Provide filter values (e.g. \"label=<key>=<value>\")");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        var volumes = options.Switch("volumes", '\0', "Prune anonymous volumes");
        return new Command
        {
            Usage = "prune [OPTIONS]",
            Summary = "Remove unused data",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                if (volumes.Value && filter.Values.Any(f => f.StartsWith("until=", StringComparison.OrdinalIgnoreCase)))
                {
                    throw new ExitException(1, "ERROR: The \"until\" filter is not supported with \"--volumes\"");
                }

                if (!force.Value && !Prompt.Confirm(context.Console, Warning(all.Value, volumes.Value, FilterOption.PairsForPruning(context, filter.Values))))
                {
                    return 0;
                }

                var filters = FilterOption.ForPruning(context, filter.Values);
                var client = context.Client;
                var containers = await client.Containers.PruneAsync(filters, cancellationToken).ConfigureAwait(false);
                Pruning.Report(context.Out, "Deleted Containers:", containers.ContainersDeleted);
                var networks = await client.Networks.PruneAsync(filters, cancellationToken).ConfigureAwait(false);
                Pruning.Report(context.Out, "Deleted Networks:", networks.NetworksDeleted);
                var freed = containers.SpaceReclaimed;
                if (volumes.Value)
                {
                    var pruned = await client.Volumes.PruneAsync(filters, cancellationToken).ConfigureAwait(false);
                    Pruning.Report(context.Out, "Deleted Volumes:", pruned.VolumesDeleted);
                    freed += pruned.SpaceReclaimed;
                }

                var dangling = FilterOption.ForPruning(context, filter.Values).Add("dangling", all.Value ? "false" : "true");
                var images = await client.Images.PruneAsync(dangling, cancellationToken).ConfigureAwait(false);
                Pruning.Report(context.Out, "Deleted Images:", images.ImagesDeleted?.Select(Images.PruneCommand.Line));
                var cache = await client.System.PruneBuildCacheAsync(all.Value, keep: 0, filters, cancellationToken).ConfigureAwait(false);
                Pruning.Report(context.Out, "Deleted build cache objects:", cache.CachesDeleted);
                freed += images.SpaceReclaimed + cache.SpaceReclaimed;
                context.Out.WriteLine("Total reclaimed space: " + Human.Size(freed, 4));
                return 0;
            },
        };
    }

    private static string Warning(bool all, bool volumes, IReadOnlyList<(string Name, string Value)> filters)
    {
        List<string> what = ["all stopped containers", "all networks not used by at least one container"];
        if (volumes)
        {
            what.Add("all anonymous volumes not used by at least one container");
        }

        what.Add(all ? "all images without at least one container associated to them" : "all dangling images");
        what.Add(all ? "all build cache" : "unused build cache");
        var text = "WARNING! This will remove:\n" + string.Concat(what.Select(w => $"  - {w}\n"));
        if (filters.Count > 0)
        {
            text += "\n  Items to be pruned will be filtered with:\n" + string.Concat(filters.Select(f => $"{f.Name}={f.Value}").Order(NaturalOrder.Instance).Select(f => $"  - {f}\n"));
        }

        return text + "\nAre you sure you want to continue?";
    }
}

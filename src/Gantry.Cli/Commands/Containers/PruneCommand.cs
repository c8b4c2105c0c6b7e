using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Remove all stopped containers.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var filter = options.List("filter", '\0', "Provide filter values (e.g. \"until=<timestamp>\")", type: "filter");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        return new Command
        {
            Usage = "prune [OPTIONS]",
            Summary = "Remove all stopped containers",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                if (!force.Value && !Prompt.Confirm(context.Console, "WARNING! This will remove all stopped containers.\nAre you sure you want to continue?"))
                {
                    return 0;
                }

                var pruned = await context.Client.Containers.PruneAsync(FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                if (pruned.ContainersDeleted is { Count: > 0 } deleted)
                {
                    context.Out.WriteLine("Deleted Containers:");
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

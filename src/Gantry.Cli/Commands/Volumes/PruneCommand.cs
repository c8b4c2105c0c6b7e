using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;
using Gantry.Client;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Remove unused local volumes.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Remove all unused volumes, not just anonymous ones");
        var filter = options.List("filter", '\0', "Provide filter values (e.g. \"label=<label>\")", type: "filter");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        return new Command
        {
            Usage = "prune [OPTIONS]",
            Summary = "Remove unused local volumes",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var warning = all.Value
                    ? "WARNING! This will remove all local volumes not used by at least one container."
                    : "WARNING! This will remove anonymous local volumes not used by at least one container.";
                if (!force.Value && !Prompt.Confirm(context.Console, warning + "\nAre you sure you want to continue?"))
                {
                    return 0;
                }

                var filters = FilterOption.Parse(filter.Values) ?? new Filters();
                var pruned = await context.Client.Volumes.PruneAsync(all.Value ? filters.Add("all", "true") : filters, cancellationToken).ConfigureAwait(false);
                if (pruned.VolumesDeleted is { Count: > 0 } deleted)
                {
                    context.Out.WriteLine("Deleted Volumes:");
                    foreach (var name in deleted)
                    {
                        context.Out.WriteLine(name);
                    }

                    context.Out.WriteLine();
                }

                context.Out.WriteLine("Total reclaimed space: " + Human.Size(pruned.SpaceReclaimed, 4));
                return 0;
            },
        };
    }
}

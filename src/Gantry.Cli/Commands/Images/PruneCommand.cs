using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;
using Gantry.Client;

namespace Gantry.Cli.Commands.Images;

/// <summary>Remove unused images.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Remove all unused images, not just dangling ones");
        var filter = options.List("filter", '\0', "Provide filter values (e.g. \"until=<timestamp>\")", type: "filter");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        return new Command
        {
            Usage = "prune [OPTIONS]",
            Summary = "Remove unused images",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var warning = all.Value ? "WARNING! This will remove all images without at least one container associated to them." : "WARNING! This will remove all dangling images.";
                if (!force.Value && !Prompt.Confirm(context.Console, warning + "\nAre you sure you want to continue?"))
                {
                    return 0;
                }

                var filters = (FilterOption.Parse(filter.Values) ?? new Filters()).Add("dangling", all.Value ? "false" : "true");
                var pruned = await context.Client.Images.PruneAsync(filters, cancellationToken).ConfigureAwait(false);
                if (pruned.ImagesDeleted is { Count: > 0 } deleted)
                {
                    context.Out.WriteLine("Deleted Images:");
                    foreach (var item in deleted)
                    {
                        context.Out.WriteLine(item.Untagged is { Length: > 0 } name ? "untagged: " + name : "deleted: " + item.Deleted);
                    }

                    context.Out.WriteLine();
                }

                context.Out.WriteLine("Total reclaimed space: " + Human.Size(pruned.SpaceReclaimed, 4));
                return 0;
            },
        };
    }
}

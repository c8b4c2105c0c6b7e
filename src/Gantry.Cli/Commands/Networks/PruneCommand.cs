using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Remove all unused networks.</summary>
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
            Summary = "Remove all unused networks",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                if (!force.Value && !Prompt.Confirm(context.Console, "WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?"))
                {
                    return 0;
                }

                var pruned = await context.Client.Networks.PruneAsync(FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                if (pruned.NetworksDeleted is { Count: > 0 } deleted)
                {
                    context.Out.WriteLine("Deleted Networks:");
                    foreach (var name in deleted)
                    {
                        context.Out.WriteLine(name);
                    }

                    context.Out.WriteLine();
                }

                return 0;
            },
        };
    }
}

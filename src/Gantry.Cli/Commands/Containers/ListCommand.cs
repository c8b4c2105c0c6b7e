using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;

namespace Gantry.Cli.Commands.Containers;

/// <summary>List containers.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Show all containers (default shows just running)");
        var list = new ListOptions(options, "Filter output based on conditions provided", "Only display container IDs", "Don't truncate output", setting: "psFormat");
        var last = options.Int("last", 'n', "Show n last created containers (includes all states)", initial: -1);
        var latest = options.Switch("latest", 'l', "Show the latest created container (includes all states)");
        var size = options.Switch("size", 's', "Display total file sizes");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List containers",
            Aliases = ["container ls", "container list", "container ps", "ps"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var limit = last.Value > 0 ? (int)last.Value : latest.Value ? 1 : (int?)null;
                var template = list.Template(context);
                var withSize = size.Value || ContainerRows.NeedSize(template);
                var containers = await context.Client.Containers.ListAsync(
                    new ContainerListOptions { All = all.Value || limit is not null, Limit = limit, Size = withSize, Filters = list.Filters },
                    cancellationToken).ConfigureAwait(false);
                list.Write(context, ContainerRows.Format(size.Value), containers.Select(c => ContainerRows.Of(c, list.Truncate)));
                return 0;
            },
        };
    }
}

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
        var filter = options.List("filter", 'f', "Filter output based on conditions provided", type: "filter");
        var format = options.String("format", '\0', ListFormat.Usage);
        var last = options.Int("last", 'n', "Show n last created containers (includes all states)", initial: -1);
        var latest = options.Switch("latest", 'l', "Show the latest created container (includes all states)");
        var noTruncate = options.Switch("no-trunc", '\0', "Don't truncate output");
        var quiet = options.Switch("quiet", 'q', "Only display container IDs");
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
                var template = format.Value.Length > 0 || quiet.Value ? format.Value : context.Config.Text("psFormat") ?? "";
                var withSize = size.Value || template.Contains(".Size");
                var containers = await context.Client.Containers.ListAsync(
                    new ContainerListOptions { All = all.Value || limit is not null, Limit = limit, Size = withSize, Filters = FilterOption.Parse(filter.Values) },
                    cancellationToken).ConfigureAwait(false);
                ContainerRows.Format(size.Value).Write(context.Out, template, quiet.Value, containers.Select(c => ContainerRows.Of(c, !noTruncate.Value)));
                return 0;
            },
        };
    }
}

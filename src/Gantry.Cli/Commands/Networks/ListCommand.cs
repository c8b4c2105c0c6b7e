using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Networks;

/// <summary>List networks.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var filter = options.List("filter", 'f', "Provide filter values (e.g. \"driver=bridge\")", type: "filter");
        var format = options.String("format", '\0', ListFormat.Usage);
        var noTruncate = options.Switch("no-trunc", '\0', "Do not truncate the output");
        var quiet = options.Switch("quiet", 'q', "Only display network IDs");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List networks",
            Aliases = ["network ls", "network list"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var networks = await context.Client.Networks.ListAsync(FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                var template = format.Value.Length > 0 || quiet.Value ? format.Value : context.Config.Text("networksFormat") ?? "";
                Format.Write(context.Out, template, quiet.Value, networks.OrderBy(n => n.Name, NaturalOrder.Instance).Select(n => RowOf(n, !noTruncate.Value)));
                return 0;
            },
        };
    }

    private static readonly ListFormat Format = new("{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}", "{{.ID}}", new Dictionary<string, string>
    {
        ["ID"] = "NETWORK ID",
        ["Name"] = "NAME",
        ["Driver"] = "DRIVER",
        ["Scope"] = "SCOPE",
        ["IPv4"] = "IPV4",
        ["IPv6"] = "IPV6",
        ["Labels"] = "LABELS",
        ["Internal"] = "INTERNAL",
        ["CreatedAt"] = "CREATED AT",
    });

    private static Row RowOf(NetworkInspectResponse network, bool truncate) => new()
    {
        Labels = network.Labels,
        ["ID"] = () => truncate ? Human.ShortId(network.Id) : network.Id,
        ["Name"] = () => network.Name,
        ["Driver"] = () => network.Driver,
        ["Scope"] = () => network.Scope,
        ["IPv4"] = () => network.EnableIPv4 ? "true" : "false",
        ["IPv6"] = () => network.EnableIPv6 ? "true" : "false",
        ["Internal"] = () => network.Internal ? "true" : "false",
        ["Labels"] = () => ContainerRows.JoinLabels(network.Labels),
        ["CreatedAt"] = () => Core.Timestamp.TryParse(network.Created, out var created) ? Human.Instant(created) : network.Created,
    };
}

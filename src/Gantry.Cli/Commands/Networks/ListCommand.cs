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
        var list = new ListOptions(options, "Provide filter values (e.g. \"driver=bridge\")", "Only display network IDs", "Do not truncate the output", setting: "networksFormat");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List networks",
            Aliases = ["network ls", "network list"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var networks = await context.Client.Networks.ListAsync(list.Filters, cancellationToken).ConfigureAwait(false);
                list.Write(context, Format, networks.OrderBy(n => n.Name, NaturalOrder.Instance).Select(n => RowOf(n, list.Truncate)));
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
    })
    {
        Raw = ("network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n", "network_id: {{.ID}}"),
    };

    private static Row RowOf(NetworkInspectResponse network, bool truncate) => new()
    {
        TypeName = "*network.networkContext",
        Labels = network.Labels ?? new Dictionary<string, string>(),
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

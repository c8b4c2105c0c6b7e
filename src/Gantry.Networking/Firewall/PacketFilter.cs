using System.Text;
using System.Text.Json;
using Gantry.Linux.Nftables;

namespace Gantry.Networking.Firewall;

/// <summary>
/// The daemon's nftables table of one address family. Its rules never change while it runs: networks and published ports are elements of sets and
/// maps, so a packet's cost does not grow with their number, and each change is one small transaction. Everything lives in the
/// kernel and goes on working without a daemon.
/// </summary>
internal sealed class PacketFilter(NetworkingOptions options, RuleFamily family, NftablesContext nftables)
{
    private static readonly string[] Bridges = ["bridges", "internal", "masqueraded", "routed", "unprotected"];
    private static readonly string[] Loops = ["loops", "open"];

    private readonly string table = options.TableName;

    /// <summary>Makes the table, or renews its rules in one step and keeps its elements.</summary>
    internal void Install() => nftables.Run(RuleScript.For(table, family, options.AllowDirectRouting));

    /// <summary>Whether a port is of this family.</summary>
    internal bool Serves(PortLead lead) => lead.Family == family.Addresses;

    /// <summary>Idempotent; changes what is different.</summary>
    internal void AddBridge(BridgeNetwork network)
    {
        var bridge = Quote(network.BridgeName);
        var loop = Loop(network.BridgeName);
        var mode = family == RuleFamily.IPv6 ? network.Mode6 : network.Mode;
        var script = new StringBuilder();
        Flag(script, "bridges", bridge, true);
        Flag(script, "loops", loop, true);
        Flag(script, "open", loop, network.InterContainer);
        Flag(script, "internal", bridge, network.Internal);
        Flag(script, "masqueraded", bridge, network is { Masquerade: true, Internal: false } && mode is GatewayMode.Nat or GatewayMode.NatUnprotected);
        Flag(script, "routed", bridge, mode == GatewayMode.Routed);
        Flag(script, "unprotected", bridge, mode == GatewayMode.NatUnprotected);
        foreach (var name in network.TrustedInterfaces)
        {
            Flag(script, "trusted", $"{Quote(name)} . {bridge}", true);
        }

        nftables.Run(script.ToString());
    }

    /// <summary>Missing is success.</summary>
    internal void RemoveBridge(string bridge)
    {
        var script = new StringBuilder();
        foreach (var set in Bridges)
        {
            Flag(script, set, Quote(bridge), false);
        }

        foreach (var set in Loops)
        {
            Flag(script, set, Loop(bridge), false);
        }

        foreach (var pair in ReadElements("set", "trusted").Select(key => key.Split(" . ")).Where(pair => pair[^1] == bridge))
        {
            Flag(script, "trusted", $"{Quote(pair[0])} . {Quote(bridge)}", false);
        }

        nftables.TryRun(script.ToString());
    }

    /// <summary>Leads ports to containers, over where they led before.</summary>
    internal void Publish(IReadOnlyCollection<PortLead> leads)
    {
        PortElement[] elements = [.. leads.SelectMany(lead => lead.Elements).Distinct()];
        if (elements.Length == 0 || nftables.TryRun(Elements("add", elements)))
        {
            return;
        }

        // An element with another target makes the transaction fail: then each is set by itself.
        foreach (var element in elements)
        {
            var add = Elements("add", [element]);
            if (!nftables.TryRun(add) && !nftables.TryRun(Elements("delete", [element]) + add))
            {
                nftables.Run(add);
            }
        }
    }

    /// <summary>Missing is success.</summary>
    internal void Unpublish(IReadOnlyCollection<PortLead> leads)
    {
        PortElement[] elements = [.. leads.SelectMany(lead => lead.Elements).Distinct()];
        if (elements.Length == 0 || nftables.TryRun(Elements("delete", elements)))
        {
            return;
        }

        foreach (var element in elements)
        {
            nftables.TryRun(Elements("delete", [element]));
        }
    }

    /// <summary>Ports that a map or set holds and nobody published, and bridges of no network, are removed.</summary>
    internal void Collect(IReadOnlySet<PortElement> ports, IReadOnlySet<string> bridges)
    {
        foreach (var (kind, place) in new[] { ("map", PortElement.AnyAddress), ("map", PortElement.OneAddress), ("set", PortElement.Direct) })
        {
            var stale = ReadElements(kind, place).Select(key => new PortElement(place, key)).Where(element => !ports.Contains(element));
            foreach (var element in stale.ToArray())
            {
                nftables.TryRun(Elements("delete", [element]));
            }
        }

        foreach (var bridge in ReadElements("set", "bridges").Where(bridge => !bridges.Contains(bridge)).ToArray())
        {
            RemoveBridge(bridge);
        }
    }

    /// <summary>Missing is success.</summary>
    internal void Remove() => nftables.TryRun($"delete table {family.Name} {table}");

    private static string Quote(string name) => $"\"{name}\"";

    /// <summary>In by it and out by it.</summary>
    private static string Loop(string bridge) => $"{Quote(bridge)} . {Quote(bridge)}";

    private string Elements(string verb, IEnumerable<PortElement> elements)
    {
        var script = new StringBuilder();
        foreach (var place in elements.GroupBy(element => element.Place))
        {
            script.Append($"{verb} element {family.Name} {table} {place.Key} {{ ");
            script.AppendJoin(", ", place.Select(element => verb == "add" && element.Value is { } value ? $"{element.Key} : {value}" : element.Key));
            script.Append(" }\n");
        }

        return script.ToString();
    }

    /// <summary>Deleting what is missing is an error in nft; adding what is there is none, so the one goes before the other.</summary>
    private void Flag(StringBuilder script, string set, string element, bool present)
    {
        script.Append($"add element {family.Name} {table} {set} {{ {element} }}\n");
        if (!present)
        {
            script.Append($"delete element {family.Name} {table} {set} {{ {element} }}\n");
        }
    }

    /// <summary>Keys in nft's notation, from libnftables' JSON: strings, or {"concat": [...]}, each with its value beside it in a map.</summary>
    private List<string> ReadElements(string kind, string name)
    {
        var keys = new List<string>();
        if (nftables.Query($"list {kind} {family.Name} {table} {name}") is not { } json)
        {
            return keys;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var entry in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (entry.TryGetProperty(kind, out var listed) && listed.TryGetProperty("elem", out var elements))
            {
                keys.AddRange(elements.EnumerateArray().Select(element => ReadKey(element.ValueKind == JsonValueKind.Array ? element[0] : element)));
            }
        }

        return keys;
    }

    private static string ReadKey(JsonElement key) => key.ValueKind == JsonValueKind.Object && key.TryGetProperty("concat", out var parts)
        ? string.Join(" . ", parts.EnumerateArray().Select(part => part.ToString()))
        : key.ToString();
}

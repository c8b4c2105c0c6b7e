using System.Net;
using System.Text;
using System.Text.Json;
using Gantry.Linux.Nftables;

namespace Gantry.Networking.Firewall;

/// <summary>
/// The daemon's nftables table of one address family. Its rules never change while it runs: networks and published ports are elements of sets and
/// maps, so a packet's cost does not grow with their number, and each change is one small transaction. Everything lives in the
/// kernel and goes on working without a daemon.
/// </summary>
internal sealed class PacketFilter(string table, RuleFamily family, NftablesContext nftables)
{
    private static readonly string[] Sets = ["bridges", "loops", "open", "internal", "masqueraded"];

    /// <summary>Makes the table, or renews its rules in one step and keeps its elements.</summary>
    internal void Install() => nftables.Run(RuleScript.For(table, family));

    /// <summary>Whether a port is of this family.</summary>
    internal bool Serves(PortMapping port) => port.HostAddress?.AddressFamily == family.Addresses;

    /// <summary>Idempotent; changes what is different.</summary>
    internal void AddBridge(BridgeNetwork network)
    {
        var bridge = Quote(network.BridgeName);
        var loop = Loop(network.BridgeName);
        var script = new StringBuilder();
        Flag(script, "bridges", bridge, true);
        Flag(script, "loops", loop, true);
        Flag(script, "open", loop, network.InterContainer);
        Flag(script, "internal", bridge, network.Internal);
        Flag(script, "masqueraded", bridge, network is { Masquerade: true, Internal: false });
        nftables.Run(script.ToString());
    }

    /// <summary>Missing is success.</summary>
    internal void RemoveBridge(string bridge)
    {
        var script = new StringBuilder();
        foreach (var set in Sets)
        {
            Flag(script, set, set is "loops" or "open" ? Loop(bridge) : Quote(bridge), false);
        }

        nftables.TryRun(script.ToString());
    }

    /// <summary>Leads the ports to a container; <paramref name="replace"/> where they may lead to another one already.</summary>
    internal void Publish(IReadOnlyCollection<PortMapping> ports, IPAddress target, bool replace = false)
    {
        if (ports.Count == 0 || (TryPublish(ports, target, delete: false) && !replace))
        {
            return;
        }

        // An element with another target makes the transaction fail: then each is set by itself.
        foreach (var port in ports)
        {
            if (!TryPublish([port], target, delete: false) && !TryPublish([port], target, delete: true))
            {
                nftables.Run(Elements("add", [port], target));
            }
        }
    }

    /// <summary>Missing is success.</summary>
    internal void Unpublish(IReadOnlyCollection<PortMapping> ports)
    {
        if (ports.Count == 0 || nftables.TryRun(Elements("delete", ports, null)))
        {
            return;
        }

        foreach (var port in ports)
        {
            nftables.TryRun(Elements("delete", [port], null));
        }
    }

    /// <summary>Ports that a map holds and nobody published, and bridges of no network, are removed.</summary>
    internal void Collect(IReadOnlySet<PortElement> ports, IReadOnlySet<string> bridges)
    {
        foreach (var map in (string[])[PortElement.AnyAddress, PortElement.OneAddress])
        {
            var stale = ReadElements("map", map).Select(key => new PortElement(map, key)).Where(element => !ports.Contains(element));
            foreach (var element in stale.ToArray())
            {
                nftables.TryRun($"delete element {family.Name} {table} {map} {{ {element.Key} }}");
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

    private bool TryPublish(IReadOnlyCollection<PortMapping> ports, IPAddress target, bool delete) => nftables.TryRun(
        (delete ? Elements("delete", ports, null) : "") + Elements("add", ports, target));

    private string Elements(string verb, IEnumerable<PortMapping> ports, IPAddress? target)
    {
        var script = new StringBuilder();
        foreach (var map in ports.GroupBy(port => PortElement.Of(port).Map))
        {
            script.Append($"{verb} element {family.Name} {table} {map.Key} {{ ");
            script.AppendJoin(", ", map.Select(port => PortElement.Of(port).Key + (target is null ? "" : $" : {target} . {port.ContainerPort}")));
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

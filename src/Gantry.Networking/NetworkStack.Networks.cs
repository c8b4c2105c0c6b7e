using System.Net;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Netlink;

namespace Gantry.Networking;

public sealed partial class NetworkStack
{
    private readonly Lock networksGate = new();

    /// <summary>Bridge up with its gateway address and its firewall rules. Idempotent: also run at boot.</summary>
    public void EnsureNetwork(BridgeNetwork network)
    {
        if (!network.HasBridge)
        {
            EnsureParent(network.Parent);
            host.Segments.GetOrAdd(network.Id, _ => new Segment(network)).Network = network;
            return;
        }

        lock (networksGate)
        {
            var bridge = EnsureBridge(network);

            // The host's own traffic to 127.0.0.1 at a published port leaves by the bridge until it is masqueraded.
            if (network.Subnet is not null)
            {
                File.WriteAllText($"/proc/sys/net/ipv4/conf/{network.BridgeName}/route_localnet", "1");
            }

            if (network.Subnet6 is not null)
            {
                EnsureIPv6(network.BridgeName);
            }

            host.FiltersOf(network).ToList().ForEach(filter => filter.AddBridge(network));
            var segment = host.Segments.GetOrAdd(network.Id, _ => new Segment(network));
            segment.Network = network;
            segment.BridgeIndex = bridge;
        }

        if (network.BridgeName != options.DefaultBridge && !network.BridgeName.StartsWith(options.BridgePrefix, StringComparison.Ordinal))
        {
            AcceptInDockersChain();
        }
    }

    /// <summary>Missing is success.</summary>
    public void RemoveNetwork(BridgeNetwork network)
    {
        lock (networksGate)
        {
            host.Segments.TryRemove(network.Id, out _);
            if (!network.HasBridge)
            {
                // The last one of those that share it.
                if (network.Parent is { Own: not null } parent && host.Segments.Values.All(other => other.Network.Parent?.Interface != parent.Interface) && host.Routes.FindLink(parent.Interface) is { Kind: "vlan" or "dummy" } made)
                {
                    host.Routes.DeleteLink(made.Index);
                }

                return;
            }

            if (host.Routes.FindLink(network.BridgeName) is { Kind: "bridge" } bridge)
            {
                host.Routes.DeleteLink(bridge.Index);
            }

            host.Filters.ForEach(filter => filter.RemoveBridge(network.BridgeName));
        }
    }

    /// <summary>At boot, after restores: rules, port map elements and host veths that belong to no live sandbox are removed.</summary>
    public void CollectGarbage()
    {
        var sandboxes = host.Sandboxes.Keys;
        RemoveHostInterfaces(sandboxes.SelectMany(sandbox => sandbox.Endpoints).Select(endpoint => endpoint.HostInterface).ToHashSet());
        foreach (var filter in host.Filters)
        {
            filter.Collect(
                sandboxes.SelectMany(sandbox => sandbox.Leads).Where(filter.Serves).SelectMany(lead => lead.Elements).ToHashSet(),
                host.Segments.Values.Select(segment => segment.Network.BridgeName).ToHashSet());
        }
    }

    /// <summary>Removes everything this stack made in the kernel except bridges of live networks (used by tests and --down).</summary>
    public void RemoveAll()
    {
        RemoveHostInterfaces([]);
        host.Filters.ForEach(filter => filter.Remove());
        host.Docker.ForEach(forwarding => forwarding.Remove());
        var live = host.Segments.Values.Select(segment => segment.Network.BridgeName).ToHashSet();
        foreach (var link in host.Routes.GetLinks().Where(link => IsOurBridge(link) && !live.Contains(link.Name)))
        {
            host.Routes.DeleteLink(link.Index);
        }
    }

    private void EnsureParent(ParentLink? parent)
    {
        if (parent is not { Own: { } own } || host.Routes.FindLink(parent.Interface) is not null)
        {
            return;
        }

        try
        {
            if (own.Of is null)
            {
                host.Routes.CreateDummy(parent.Interface);
                return;
            }

            var carrier = host.Routes.FindLink(own.Of) ?? throw GantryException.Invalid($"-o parent interface was not found on the host: {own.Of}");
            host.Routes.CreateVlan(parent.Interface, carrier.Index, own.Vlan);
        }
        catch (LinuxException exception)
        {
            var what = own.Of is null ? $"the dummy link {parent.Interface}" : $"{parent.Interface} vlan link";
            throw new GantryException(ErrorKind.Internal, $"failed to create {what}: {exception.Reason}{(exception.Errno == Errno.EOPNOTSUPP ? $" (the kernel has no {(own.Of is null ? "dummy" : "8021q")} driver)" : "")}", exception);
        }
    }

    private int EnsureBridge(BridgeNetwork network)
    {
        var link = host.Routes.FindLink(network.BridgeName);
        if (link is null)
        {
            host.Routes.CreateBridge(network.BridgeName, MacAddress.Random(), network.Mtu);
            link = host.Routes.FindLink(network.BridgeName)!;
        }
        else if (link.Kind != "bridge")
        {
            throw GantryException.Conflict($"existing interface {network.BridgeName} is not a bridge");
        }

        if (!link.IsUp)
        {
            host.Routes.SetUp(link.Index);
        }

        EnsureAddress(link.Index, network.WithoutAddress ? null : Address(network.Subnet, network.Gateway), host.Routes.GetAddresses());
        if (network.Subnet6 is not null)
        {
            // Without a gateway not even a link-local address: the host is not on it.
            WriteSwitch($"/proc/sys/net/ipv6/conf/{network.BridgeName}/disable_ipv6", network.Gateway6 is null ? "1" : "0");
            EnsureAddress(link.Index, Address(network.Subnet6, network.Gateway6), host.Routes.GetAddresses6());
        }

        return link.Index;

        InterfaceAddress? Address(IPNetwork? subnet, IPAddress? gateway) =>
            gateway is null ? null : new InterfaceAddress(link.Index, gateway, subnet!.Value.PrefixLength);
    }

    /// <summary>Routing of IPv6 on the host, which nobody wants before there is such a network; a bridge of ours takes no advertisements.</summary>
    private static void EnsureIPv6(string bridge)
    {
        WriteSwitch($"/proc/sys/net/ipv6/conf/{bridge}/accept_ra", "0");
        WriteSwitch("/proc/sys/net/ipv6/conf/all/forwarding", "1");
        WriteSwitch("/proc/sys/net/ipv6/conf/default/forwarding", "1");
    }

    private static void WriteSwitch(string path, string value)
    {
        if (!File.Exists(path))
        {
            throw GantryException.Invalid("this host has no IPv6");
        }

        if (File.ReadAllText(path).Trim() != value)
        {
            File.WriteAllText(path, value);
        }
    }

    /// <summary>This address and no other of its family; null: none.</summary>
    private void EnsureAddress(int index, InterfaceAddress? wanted, IReadOnlyList<InterfaceAddress> all)
    {
        var present = all.Where(address => address.Index == index).ToArray();
        foreach (var other in present.Where(address => address != wanted))
        {
            host.Routes.RemoveAddress(other);
        }

        if (wanted is not null && !present.Contains(wanted))
        {
            host.Routes.AddAddress(wanted);
        }
    }

    /// <summary>What somebody else attached to a bridge (a virtual machine's tap) has another kind or name and stays.</summary>
    private void RemoveHostInterfaces(HashSet<string> except)
    {
        var links = host.Routes.GetLinks();
        var bridges = links.Where(IsOurBridge).Select(link => link.Index)
            .Concat(host.Segments.Values.Select(segment => segment.BridgeIndex).Where(index => index > 0))
            .ToHashSet();
        foreach (var link in links.Where(link => link.Kind == "veth"
            && bridges.Contains(link.Master)
            && link.Name.StartsWith(HostInterfacePrefix, StringComparison.Ordinal)
            && !except.Contains(link.Name)))
        {
            host.Routes.DeleteLink(link.Index);
        }
    }

    private bool IsOurBridge(Link link) => link.Kind == "bridge"
        && (link.Name == options.DefaultBridge || link.Name.StartsWith(options.BridgePrefix, StringComparison.Ordinal));
}

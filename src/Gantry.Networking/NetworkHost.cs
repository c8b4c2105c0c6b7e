using System.Net;
using System.Net.Sockets;
using System.Collections.Concurrent;
using Gantry.Core;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;
using Gantry.Networking.Firewall;
using Gantry.Networking.Names;
using Gantry.Networking.Ports;

namespace Gantry.Networking;

/// <summary>The host's side, shared by all sandboxes: its sockets to the kernel, its ports, the networks and who is on them.</summary>
internal sealed class NetworkHost : IDisposable
{
    private readonly NftablesContext nftables = NftablesContext.Open();
    private readonly Lazy<ConntrackSocket> conntrack = new(ConntrackSocket.Open);

    private readonly NetworkingOptions options;

    internal NetworkHost(NetworkingOptions options)
    {
        this.options = options;
        Filters = [new PacketFilter(options, RuleFamily.IPv4, nftables), new PacketFilter(options, RuleFamily.IPv6, nftables)];
        Docker = [new DockerForwarding(options.TableName, RuleFamily.IPv4, nftables), new DockerForwarding(options.TableName, RuleFamily.IPv6, nftables)];
        Upstream = new UpstreamResolver(options.UpstreamDns);
    }

    /// <summary>Whether IPv6 connections can be taken here at all, as Docker asks: a port of ::1 can be had.</summary>
    internal bool HasIPv6 { get; } = CanBind(new IPEndPoint(IPAddress.IPv6Loopback, 0));

    internal RouteSocket Routes { get; } = RouteSocket.Open();

    /// <summary>Of IPv4 and of IPv6.</summary>
    internal List<PacketFilter> Filters { get; }

    internal List<DockerForwarding> Docker { get; }

    internal PortAllocator Ports { get; } = new();

    internal UpstreamResolver Upstream { get; }

    internal ConcurrentDictionary<string, Segment> Segments { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<Sandbox, byte> Sandboxes { get; } = new();

    /// <summary>Those of a network's families.</summary>
    internal IEnumerable<PacketFilter> FiltersOf(BridgeNetwork network) => Filters.Where((_, index) => (index == 0 ? network.Subnet : network.Subnet6) is not null);

    /// <summary>Whether containers of a network are reached at their own addresses, at published ports.</summary>
    internal bool IsDirect(BridgeNetwork network, GatewayMode mode) => options.AllowDirectRouting || mode == GatewayMode.Routed || network.TrustedInterfaces.Count > 0;

    /// <summary>The firewall leads ports to containers, over where it led them before.</summary>
    internal void Publish(IReadOnlyCollection<PortLead> leads) =>
        Filters.ForEach(filter => filter.Publish([.. leads.Where(filter.Serves)]));

    /// <summary>The firewall leads them nowhere any more.</summary>
    internal void Unpublish(IReadOnlyCollection<PortLead> leads) =>
        Filters.ForEach(filter => filter.Unpublish([.. leads.Where(filter.Serves)]));

    internal Segment GetSegment(BridgeNetwork network) =>
        Segments.GetValueOrDefault(network.Id) ?? throw GantryException.NotFound($"network {network.Name} not found");

    /// <summary>UDP flows that began before a port was published, or while another container had it, would not be led to it.</summary>
    internal void ForgetFlows(IEnumerable<PortMapping> ports)
    {
        foreach (var port in ports.Where(port => port.Protocol == PortProtocol.Udp).Select(port => port.HostPort).Distinct())
        {
            conntrack.Value.ForgetUdp(port);
        }
    }

    private static bool CanBind(IPEndPoint endPoint)
    {
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Routes.Dispose();
        nftables.Dispose();
        if (conntrack.IsValueCreated)
        {
            conntrack.Value.Dispose();
        }
    }
}

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

    internal NetworkHost(NetworkingOptions options)
    {
        Filters = [new PacketFilter(options.TableName, RuleFamily.IPv4, nftables), new PacketFilter(options.TableName, RuleFamily.IPv6, nftables)];
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
    internal IEnumerable<PacketFilter> FilterOf(BridgeNetwork network) => network.Subnet6 is null ? Filters.Take(1) : Filters;

    /// <summary>Leads each port to the endpoint's address of its family; those of a family without an endpoint are left alone.</summary>
    internal void Publish(IReadOnlyCollection<PortMapping> ports, EndpointState? endpoint, EndpointState? endpoint6)
    {
        PublishFamily(Filters[0], endpoint?.Address);
        PublishFamily(Filters[1], endpoint6?.Address6);

        void PublishFamily(PacketFilter filter, IPAddress? target)
        {
            if (target is not null)
            {
                filter.Publish([.. ports.Where(filter.Serves)], target, replace: true);
            }
        }
    }

    /// <summary>The firewall leads them nowhere any more.</summary>
    internal void Unpublish(IReadOnlyCollection<PortMapping> ports, bool ipv4, bool ipv6)
    {
        foreach (var filter in Filters.Where((_, index) => index == 0 ? ipv4 : ipv6))
        {
            filter.Unpublish([.. ports.Where(filter.Serves)]);
        }
    }

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

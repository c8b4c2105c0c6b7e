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
        Filter = new PacketFilter(options.TableName, nftables);
        Docker = new DockerForwarding(options.TableName, nftables);
        Upstream = new UpstreamResolver(options.UpstreamDns);
    }

    internal RouteSocket Routes { get; } = RouteSocket.Open();

    internal PacketFilter Filter { get; }

    internal DockerForwarding Docker { get; }

    internal PortAllocator Ports { get; } = new();

    internal UpstreamResolver Upstream { get; }

    internal ConcurrentDictionary<string, Segment> Segments { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<Sandbox, byte> Sandboxes { get; } = new();

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

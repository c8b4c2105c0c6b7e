using System.Net;
using System.Net.Sockets;
using Gantry.Networking.Firewall;
using Gantry.Networking.Ports;

namespace Gantry.Networking;

public sealed partial class Sandbox
{
    private IReadOnlyList<PortRequest> requests = [];
    private string endpointName = "";
    private volatile PublishedPort[] published = [];

    /// <summary>What is published now. It changes when a network is connected or disconnected that was, or becomes, the way out.</summary>
    public IReadOnlyList<PortMapping> Ports => [.. published.Select(port => port.Mapping)];

    /// <summary>Whether the way out, of either family, is a bridge: nothing is published elsewhere.</summary>
    public bool Publishes => WayOut.Choose(attachments) is { IPv4.Network.HasBridge: true } or { IPv6.Network.HasBridge: true };

    /// <summary>Where the firewall leads them.</summary>
    internal IEnumerable<PortLead> Leads => LeadsOf(published, WayOut.Choose(attachments));

    /// <summary>
    /// Publishes all or none, to the endpoints whose networks are the default routes. Returns them with host ports filled in; none
    /// when there is no such network (internal ones publish nothing): then they are once there is one.
    /// </summary>
    /// <exception cref="Core.GantryException">
    /// Internal "failed to set up container networking: driver failed programming external connectivity on endpoint ...: failed to
    /// bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use" (a port of another process), or "...: Bind for
    /// 0.0.0.0:80 failed: port is already allocated" (of another container).
    /// </exception>
    /// <param name="endpointName">For that message: the container's name.</param>
    public Task<IReadOnlyList<PortMapping>> PublishAsync(IReadOnlyList<PortRequest> ports, string endpointName, CancellationToken cancellationToken) =>
        ExclusivelyAsync(
            () =>
            {
                var way = WayOut.Choose(attachments);
                var reserved = Reserve(ports, way, endpointName);
                try
                {
                    Lead(reserved, way);
                    host.ForgetFlows(reserved.Select(port => port.Mapping));
                }
                catch
                {
                    reserved.ForEach(host.Ports.Release);
                    throw;
                }

                (requests, this.endpointName, published) = ([.. requests, .. ports], endpointName, [.. published, .. reserved]);
                return Ports;
            },
            cancellationToken);

    /// <summary>Default routes and published ports follow the endpoints whose networks are the way out.</summary>
    private void MoveGateway(Attachment[] before, Attachment[] after)
    {
        var (old, chosen) = (WayOut.Choose(before), WayOut.Choose(after));
        if (old != chosen && requests.Count > 0)
        {
            MovePorts(old, chosen);
        }

        if (old.IPv4 != chosen.IPv4)
        {
            SetGateway(chosen.IPv4?.Endpoint.Gateway, ipv6: false);
        }

        if (old.IPv6 != chosen.IPv6)
        {
            SetGateway(chosen.IPv6?.Endpoint.Gateway6, ipv6: true);
        }
    }

    /// <summary>Where the host's side stays as it is, connections to come just go elsewhere; else the ports are taken anew.</summary>
    private void MovePorts(WayOut old, WayOut chosen)
    {
        var before = LeadsOf(published, old).ToArray();
        if (requests.All(request => Spread(request, old).SequenceEqual(Spread(request, chosen)) && Spread(request, old).All(address => old.IsRouted(address) == chosen.IsRouted(address))))
        {
            // Over the old ones, not after them: no packet is lost. What nothing takes the place of goes.
            var after = LeadsOf(published, chosen).ToArray();
            host.Unpublish([.. before.Where(lead => lead.Direct || after.All(other => other.Mapping != lead.Mapping))]);
            Lead(published, chosen);
            return;
        }

        host.Unpublish(before);
        foreach (var port in published)
        {
            host.Ports.Release(port);
        }

        try
        {
            published = [.. Reserve(requests, chosen, endpointName)];
        }
        catch
        {
            published = [.. published.Select(port => host.Ports.Restore(port.Mapping))];
            Lead(published, old);
            throw;
        }

        Lead(published, chosen);
        host.ForgetFlows(Ports);
    }

    private List<PublishedPort> Reserve(IReadOnlyList<PortRequest> ports, WayOut way, string name)
    {
        var endpointName = $"{name} ({(way.IPv4 ?? way.IPv6)?.Endpoint.EndpointId})";
        var reserved = new List<PublishedPort>(ports.Count);
        try
        {
            foreach (var port in ports)
            {
                var addresses = Spread(port, way);
                reserved.AddRange(addresses.Where(way.IsRouted).Select(address => new PublishedPort(new PortMapping(port.Protocol, address, 0, port.ContainerPort), null)));
                if (addresses.Where(address => !way.IsRouted(address)).ToArray() is { Length: > 0 } bound)
                {
                    reserved.AddRange(host.Ports.Reserve(port, bound, (way.Of(bound[0])?.Endpoint.Addresses ?? way.IPv4?.Endpoint.Addresses)?.FirstOrDefault() ?? IPAddress.Any, endpointName));
                }
            }

            return reserved;
        }
        catch
        {
            reserved.ForEach(host.Ports.Release);
            throw;
        }
    }

    /// <summary>Ports lead to the endpoints that are the way out, each to the address of its family.</summary>
    private void Lead(IReadOnlyList<PublishedPort> ports, WayOut way)
    {
        host.Publish([.. LeadsOf(ports, way)]);
        foreach (var (mapping, reservation) in ports)
        {
            if (mapping.HostAddress.AddressFamily == AddressFamily.InterNetworkV6)
            {
                reservation?.RelayTo(RelayTarget(mapping, way) is { } target ? new IPEndPoint(target, mapping.ContainerPort) : null);
            }
        }
    }

    private IEnumerable<PortLead> LeadsOf(IEnumerable<PublishedPort> ports, WayOut way)
    {
        foreach (var (mapping, _) in ports)
        {
            var ipv4 = mapping.HostAddress.AddressFamily == AddressFamily.InterNetwork;
            if (way.Of(mapping.HostAddress) is { } attachment && (ipv4 ? attachment.Endpoint.Address : attachment.Endpoint.Address6) is { } target)
            {
                yield return new PortLead(mapping, target, host.IsDirect(attachment.Network, ipv4 ? attachment.Network.Mode : attachment.Network.Mode6));
            }
        }
    }

    /// <summary>What the firewall cannot lead to the container: TCP to ::1, and IPv6 where the container has none. Null: nothing.</summary>
    private static IPAddress? RelayTarget(PortMapping mapping, WayOut way) =>
        mapping.Protocol == PortProtocol.Sctp ? null
        : way.IPv6 is not { } six ? way.IPv4?.Endpoint.Address
        : mapping.Protocol == PortProtocol.Tcp && (IPAddress.IPv6Any.Equals(mapping.HostAddress) || IPAddress.IPv6Loopback.Equals(mapping.HostAddress)) ? six.Endpoint.Address6
        : null;

    /// <summary>
    /// The host's addresses that a port is published on. One of no address in particular is on all of the host's, of both families
    /// where the host has both; one of a family that no network leads to, nowhere. The daemon itself carries IPv6 to IPv4.
    /// </summary>
    private IPAddress[] Spread(PortRequest port, WayOut way)
    {
        var (four, six) = (way.IPv4 is { Network.HasBridge: true } ? way.IPv4 : null, way.IPv6 is { Network.HasBridge: true } ? way.IPv6 : null);
        if (four is null && six is null)
        {
            return [];
        }

        if (port.HostAddress is { } asked)
        {
            return asked.AddressFamily == AddressFamily.InterNetwork && four is null ? [] : [asked];
        }

        var binding = four?.Network.HostBinding ?? IPAddress.Any;
        return
        [
            .. four is null ? Array.Empty<IPAddress>() : [binding],
            .. host.HasIPv6 && binding.Equals(IPAddress.Any) && (six is not null || port.Protocol != PortProtocol.Sctp) ? [IPAddress.IPv6Any] : Array.Empty<IPAddress>(),
        ];
    }
}

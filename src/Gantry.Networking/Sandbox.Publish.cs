using System.Net;
using System.Net.Sockets;
using Gantry.Networking.Ports;

namespace Gantry.Networking;

public sealed partial class Sandbox
{
    private volatile PublishedPort[] published = [];

    /// <summary>What is published now.</summary>
    internal IReadOnlyCollection<PortMapping> Ports => [.. published.Select(port => port.Mapping)];

    /// <summary>
    /// Publishes all or none, to the endpoint whose network is the default route. Returns them with host ports filled in; none
    /// when there is no such network (internal ones publish nothing).
    /// </summary>
    /// <exception cref="Core.GantryException">
    /// Internal "failed to set up container networking: driver failed programming external connectivity on endpoint ...: failed to
    /// bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use" (a port of another process), or "...: Bind for
    /// 0.0.0.0:80 failed: port is already allocated" (of another container).
    /// </exception>
    /// <param name="endpointName">For that message: name and id.</param>
    public Task<IReadOnlyList<PortMapping>> PublishAsync(IReadOnlyList<PortMapping> ports, string endpointName, CancellationToken cancellationToken) =>
        ExclusivelyAsync<IReadOnlyList<PortMapping>>(
            () => Attachment.ChooseGateway(attachments) is { Network.HasBridge: true } gateway ? Publish(ports, gateway, endpointName) : [],
            cancellationToken);

    private List<PortMapping> Publish(IReadOnlyList<PortMapping> ports, Attachment gateway, string endpointName)
    {
        var reserved = new List<PublishedPort>(ports.Count);
        try
        {
            foreach (var port in ports)
            {
                reserved.AddRange(host.Ports.ReserveAll(Spread(port, gateway), gateway.Endpoint.Address, endpointName));
            }

            List<PortMapping> mappings = [.. reserved.Select(port => port.Mapping)];
            Lead(reserved, gateway, Attachment.ChooseGateway6(attachments));
            host.ForgetFlows(mappings);
            published = [.. published, .. reserved];
            return mappings;
        }
        catch
        {
            reserved.ForEach(host.Ports.Release);
            throw;
        }
    }

    /// <summary>Ports lead to the endpoints that are the way out, each to the address of its family.</summary>
    private void Lead(IReadOnlyList<PublishedPort> ports, Attachment? gateway, Attachment? gateway6)
    {
        host.Publish([.. ports.Select(port => port.Mapping)], gateway?.Endpoint, gateway6?.Endpoint);
        foreach (var (mapping, reservation) in ports)
        {
            if (mapping.HostAddress!.AddressFamily == AddressFamily.InterNetworkV6)
            {
                reservation?.RelayTo(RelayTarget(mapping, gateway, gateway6) is { } target ? new IPEndPoint(target, mapping.ContainerPort) : null);
            }
        }
    }

    /// <summary>What the firewall cannot lead to the container: TCP to ::1, and IPv6 where the container has none. Null: nothing.</summary>
    private static IPAddress? RelayTarget(PortMapping mapping, Attachment? gateway, Attachment? gateway6) =>
        gateway6 is null ? gateway?.Endpoint.Address
        : mapping.Protocol == PortProtocol.Tcp && (IPAddress.IPv6Any.Equals(mapping.HostAddress) || IPAddress.IPv6Loopback.Equals(mapping.HostAddress)) ? gateway6.Endpoint.Address6
        : null;

    /// <summary>A port of no address in particular is published on all of the host's, of both families where the host has both.</summary>
    private PortMapping[] Spread(PortMapping port, Attachment gateway)
    {
        if (port.HostAddress is not null)
        {
            return [port];
        }

        var first = port with { HostAddress = gateway.Network.HostBinding };
        return gateway.Network.HostBinding.Equals(IPAddress.Any) && host.HasIPv6
            ? [first, port with { HostAddress = IPAddress.IPv6Any }]
            : [first];
    }
}

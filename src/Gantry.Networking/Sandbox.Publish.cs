using System.Net;
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
            () => Attachment.ChooseGateway(attachments) is { } gateway ? Publish(ports, gateway, endpointName) : [],
            cancellationToken);

    private List<PortMapping> Publish(IReadOnlyList<PortMapping> ports, Attachment gateway, string endpointName)
    {
        var reserved = new List<PublishedPort>(ports.Count);
        try
        {
            foreach (var port in ports)
            {
                var bound = port.HostAddress.Equals(IPAddress.Any) ? port with { HostAddress = gateway.Network.HostBinding } : port;
                reserved.Add(host.Ports.Reserve(bound, gateway.Endpoint.Address, endpointName));
            }

            List<PortMapping> mappings = [.. reserved.Select(port => port.Mapping)];
            host.Filter.Publish(mappings, gateway.Endpoint.Address, replace: true);
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
}

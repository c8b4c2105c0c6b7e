using System.Text.Json.Nodes;
using Gantry.Core;
using Gantry.Engine.Networks;
using Gantry.Engine.Networks.Remote;
using Gantry.Networking;
using Gantry.Plugins.Networks;

namespace Gantry.Engine.Containers;

/// <summary>The part that plugins have in it.</summary>
internal sealed partial class ContainerNetworking
{
    private async Task<EndpointState> ConnectAsync(Sandbox sandbox, Container container, Network network, NetworkAttachment attachment)
    {
        stack.EnsureNetwork(network.Bridge!);
        var request = await addresses.TakeAsync(network, Request(container, network, attachment));
        try
        {
            return await sandbox.ConnectAsync(network.Bridge!, request, CancellationToken.None);
        }
        catch
        {
            await addresses.ReleaseAsync(network, request.Address, request.Address6);
            throw;
        }
    }

    private async Task ReleaseAddressesAsync(IEnumerable<NetworkAttachment> attachments)
    {
        foreach (var attachment in attachments)
        {
            if (attachment.Endpoint is { } endpoint && networks.Find(attachment.NetworkId) is { } network)
            {
                await addresses.ReleaseAsync(network, endpoint.Address, endpoint.Address6);
            }
        }
    }

    /// <summary>A container ended while no daemon ran: plugins are told now. The rest ended with its namespace.</summary>
    private async Task ForgetAsync(Container container)
    {
        foreach (var attachment in container.Networks.Values)
        {
            if (attachment.Endpoint is { } endpoint && networks.Find(attachment.NetworkId) is { Bridge.Driver: not null } network)
            {
                await Remote(container, network, attachment.Settings).LeaveAsync(endpoint, opened: false);
            }
        }

        await ReleaseAddressesAsync(container.Networks.Values);
    }

    private RemoteEndpoint Remote(Container container, Network network, EndpointSettings settings)
    {
        var mac = settings.MacAddress is { Length: > 0 } text ? MacAddress.Parse(text) : (MacAddress?)null;
        var bound = container.Settings.Host.PortBindings.SelectMany(pair => pair.Value.DefaultIfEmpty(new HostPort("", "")).Select(binding => (Port: ContainerPort.Parse(pair.Key), binding))).ToList();
        var exposed = bound.Select(pair => pair.Port).Concat(container.Settings.ExposedPorts.Select(ContainerPort.Parse)).Distinct();
        return new RemoteEndpoint(
            drivers,
            network,
            container.Name,
            mac,
            new EndpointCallOptions([.. exposed.Select(port => new TransportPort(Number(port.Protocol), port.Number))], [.. bound.Select(pair => Mapping(pair.Port, pair.binding))])
            {
                More = settings.DriverOptions.Count == 0 ? null : new JsonObject(settings.DriverOptions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            },
            logger);

        static PluginPortMapping Mapping(ContainerPort port, HostPort binding)
        {
            var (first, last) = ContainerPort.ParseRange(binding.Port);
            return new PluginPortMapping(Number(port.Protocol), "", port.Number, binding.Address, first, last);
        }

        static int Number(PortProtocol protocol) => protocol switch { PortProtocol.Udp => 17, PortProtocol.Sctp => 132, _ => 6 };
    }
}

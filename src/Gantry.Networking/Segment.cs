using Gantry.Networking.Addresses;
using Gantry.Networking.Names;

namespace Gantry.Networking;

/// <summary>A network that exists in the kernel, with what this process knows of it: its addresses in use and its names.</summary>
internal sealed class Segment(BridgeNetwork network)
{
    private volatile BridgeNetwork network = network;

    internal BridgeNetwork Network
    {
        get => network;
        set => network = value;
    }

    /// <summary>The bridge's index on the host.</summary>
    internal int BridgeIndex { get; set; }

    internal AddressPool Addresses { get; } = new(network.Subnet, network.IpRange, [network.Gateway, .. network.Reserved], Owner(network));

    /// <summary>Null on networks without IPv6.</summary>
    internal AddressPool? Addresses6 { get; } = network.Subnet6 is { } subnet ? new AddressPool(subnet, network.IpRange6, [.. network.Gateway6 is { } gateway ? new[] { gateway } : [], .. network.Reserved], Owner(network)) : null;

    internal NameTable Names { get; } = new();

    internal void AddNames(EndpointState endpoint)
    {
        Names.Add(endpoint.Names, endpoint.Address);
        if (endpoint.Address6 is { } second)
        {
            Names.Add(endpoint.Names, second);
        }
    }

    internal void RemoveNames(EndpointState endpoint)
    {
        Names.Remove(endpoint.Names, endpoint.Address);
        if (endpoint.Address6 is { } second)
        {
            Names.Remove(endpoint.Names, second);
        }
    }

    internal void ReleaseAddresses(EndpointState endpoint)
    {
        Addresses.Release(endpoint.Address);
        if (endpoint.Address6 is { } second)
        {
            Addresses6?.Release(second);
        }
    }

    private static string Owner(BridgeNetwork network) => $"{network.Name} ({network.Id})";
}

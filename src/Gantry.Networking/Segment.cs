using System.Net;
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

    /// <summary>Null on networks without IPv4.</summary>
    internal AddressPool? Addresses { get; } = Pool(network, network.Subnet, network.IpRange, network.Gateway);

    /// <summary>Null on networks without IPv6.</summary>
    internal AddressPool? Addresses6 { get; } = Pool(network, network.Subnet6, network.IpRange6, network.Gateway6);

    internal NameTable Names { get; } = new();

    internal void AddNames(EndpointState endpoint)
    {
        foreach (var address in endpoint.Addresses)
        {
            Names.Add(endpoint.Names, address);
        }
    }

    internal void RemoveNames(EndpointState endpoint)
    {
        foreach (var address in endpoint.Addresses)
        {
            Names.Remove(endpoint.Names, address);
        }
    }

    internal void ReleaseAddresses(EndpointState endpoint)
    {
        if (endpoint.Address is { } first)
        {
            Addresses?.Release(first);
        }

        if (endpoint.Address6 is { } second)
        {
            Addresses6?.Release(second);
        }
    }

    private static AddressPool? Pool(BridgeNetwork network, IPNetwork? subnet, IPNetwork? range, IPAddress? gateway) => subnet is { } given
        ? new AddressPool(given, range, [.. gateway is null ? Array.Empty<IPAddress>() : [gateway], .. network.Reserved], $"{network.Name} ({network.Id})")
        : null;
}

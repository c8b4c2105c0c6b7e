using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

/// <summary>What a container asks of one of its networks.</summary>
public sealed record EndpointRequest
{
    /// <summary>A fixed address; null takes the next free one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>A fixed IPv6 address, on networks that have IPv6; null takes the next free one.</summary>
    public IPAddress? Address6 { get; init; }

    /// <summary>Null derives it from the address, 02:42 and the four octets, so that neighbours' caches stay right when an address gets a new owner.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Names answered for this endpoint on this network: container name, short id, aliases.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Legacy --link aliases resolvable only from this sandbox: alias to target name.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: the next free one of the network's prefix.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>Switches of the interface: paths below /proc/sys with IFNAME for its name, <c>net/ipv4/conf/IFNAME/forwarding</c>, to values.</summary>
    public IReadOnlyList<(string Path, string Value)> Switches { get; init; } = [];

    /// <summary>Who makes the interface; given where the network has a <see cref="BridgeNetwork.Driver"/>.</summary>
    public IEndpointDriver? Driver { get; init; }

    /// <summary>The higher, the likelier this endpoint's gateway is the default route.</summary>
    public int GatewayPriority { get; init; }
}

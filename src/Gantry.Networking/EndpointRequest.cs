using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

/// <summary>What a container asks of one of its networks.</summary>
public sealed record EndpointRequest
{
    /// <summary>A fixed address; null takes the next free one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Null derives it from the address, 02:42 and the four octets, so that neighbours' caches stay right when an address gets a new owner.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Names answered for this endpoint on this network: container name, short id, aliases.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Legacy --link aliases resolvable only from this sandbox: alias to target name.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();

    /// <summary>The higher, the likelier this endpoint's gateway is the default route.</summary>
    public int GatewayPriority { get; init; }
}

using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

/// <summary>An attached endpoint, observed. Persisted by the Engine so that it can be restored.</summary>
public sealed record EndpointState
{
    public required string NetworkId { get; init; }

    /// <summary>64 hex digits.</summary>
    public required string EndpointId { get; init; }

    /// <summary>The container's end: eth0, eth1 in order of connecting.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>The host's end, a port of the bridge; empty where there is no bridge.</summary>
    public required string HostInterface { get; init; }

    /// <summary>Null on networks without IPv4.</summary>
    public IPAddress? Address { get; init; }

    public int PrefixLength { get; init; }

    /// <summary>Null: no way out by this network.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>One of each family that it has, IPv4 first.</summary>
    internal IEnumerable<IPAddress> Addresses => new[] { Address, Address6 }.OfType<IPAddress>();

    /// <summary>Null on networks without IPv6.</summary>
    public IPAddress? Address6 { get; init; }

    public int PrefixLength6 { get; init; }

    public IPAddress? Gateway6 { get; init; }

    public required MacAddress MacAddress { get; init; }

    /// <summary>The name that the interface had on the host and gets there again; null where this stack made it.</summary>
    public string? SourceInterface { get; init; }

    public IReadOnlyList<string> Names { get; init; } = [];
}

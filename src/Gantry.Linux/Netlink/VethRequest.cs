using Gantry.Core;

namespace Gantry.Linux.Netlink;

/// <summary>A pair of interfaces to be made at once: one end a port of a bridge here, the other in another namespace.</summary>
public sealed record VethRequest
{
    public required string Name { get; init; }

    /// <summary>Index of the bridge.</summary>
    public required int Master { get; init; }

    public required string PeerName { get; init; }

    public required MacAddress PeerAddress { get; init; }

    /// <summary>A descriptor of the peer's namespace.</summary>
    public required int PeerNamespace { get; init; }

    public int Mtu { get; init; } = 1500;
}

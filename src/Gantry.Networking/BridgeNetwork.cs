using System.Net;

namespace Gantry.Networking;

/// <summary>A network as it is to exist in the kernel. Persisted by the Engine: what came later may be missing in its documents, and is null then.</summary>
public sealed record BridgeNetwork
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string BridgeName { get; init; }

    /// <summary>Null: the network has no IPv4.</summary>
    public IPNetwork? Subnet { get; init; }

    /// <summary>Null without IPv4, and where the host is not to be on the network (<see cref="GatewayMode.Isolated"/>).</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Addresses are given out from here; null means the whole subnet.</summary>
    public IPNetwork? IpRange { get; init; }

    /// <summary>Null: the network has no IPv6.</summary>
    public IPNetwork? Subnet6 { get; init; }

    /// <inheritdoc cref="Gateway"/>
    public IPAddress? Gateway6 { get; init; }

    public IPNetwork? IpRange6 { get; init; }

    /// <summary>Addresses of the subnets that no container gets.</summary>
    public IReadOnlyList<IPAddress> Reserved { get => field ?? []; init; }

    /// <summary>Null: a bridge. Else containers are on the parent's wire, and the bridge's name is empty.</summary>
    public ParentLink? Parent { get; init; }

    /// <summary>Null: the kernel's. Else the name of the program that makes this network and its interfaces, see <see cref="IEndpointDriver"/>; the bridge's name is empty.</summary>
    public string? Driver { get; init; }

    internal bool HasBridge => Parent is null && Driver is null;

    /// <summary>Of the names of containers' interfaces.</summary>
    public string InterfacePrefix { get => field ?? "eth"; init; }

    /// <summary>No route out, no published ports.</summary>
    public bool Internal { get; init; }

    /// <summary>Containers on it may talk to each other (default true).</summary>
    public bool InterContainer { get; init; } = true;

    /// <summary>What leaves the bridge takes the host's address.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary>What the host does for IPv4 between the bridge and the world.</summary>
    public GatewayMode Mode { get; init; }

    public GatewayMode Mode6 { get; init; }

    /// <summary>The bridge gets no IPv4 address: somebody else on it is the gateway.</summary>
    public bool WithoutAddress { get; init; }

    /// <summary>Interfaces of the host from which containers may be reached at their own addresses, at published ports.</summary>
    public IReadOnlyList<string> TrustedInterfaces { get => field ?? []; init; }

    public int Mtu { get; init; } = 1500;

    /// <summary>Address that published ports bind to when none (0.0.0.0) is given.</summary>
    public IPAddress HostBinding { get; init; } = IPAddress.Any;

    /// <summary>Names of containers are resolved on it (user-defined networks; not the default bridge).</summary>
    public bool NameResolution { get; init; } = true;
}

namespace Gantry.Networking;

/// <summary>What the host does for one address family between a bridge and the world.</summary>
public enum GatewayMode
{
    /// <summary>What leaves takes the host's address; published ports are ports of the host.</summary>
    Nat,

    /// <summary>No translation: containers are reached at their own addresses, at published ports and by ICMP.</summary>
    Routed,

    /// <summary>As <see cref="Nat"/>, and every port of the containers' own addresses is open.</summary>
    NatUnprotected,

    /// <summary>The host has no address on the bridge. Internal networks only.</summary>
    Isolated,
}

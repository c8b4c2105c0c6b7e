namespace Gantry.Networking;

/// <summary>A network without a bridge: its containers' interfaces share a wire of the host's.</summary>
/// <param name="Interface">The host's interface.</param>
/// <param name="Kind"><c>macvlan</c> or <c>ipvlan</c>.</param>
/// <param name="Mode">macvlan: bridge, private, vepa, passthru; ipvlan: l2, l3, l3s.</param>
public sealed record ParentLink(string Interface, string Kind, string Mode)
{
    /// <summary>Of ipvlan: bridge, private, vepa.</summary>
    public string Flag { get => field ?? "bridge"; init; }

    /// <summary>The interface was not there and is made, and goes with the network.</summary>
    public OwnParent? Own { get; init; }

    /// <summary>Packets are routed by the kernel: there is no gateway on the wire.</summary>
    internal bool IsRouted => Mode is "l3" or "l3s";
}

/// <summary>An interface made for a network: a VLAN of another one, or one that leads nowhere.</summary>
/// <param name="Of">The interface that carries the VLAN; null: a dummy.</param>
/// <param name="Vlan">1 to 4094.</param>
public sealed record OwnParent(string? Of = null, int Vlan = 0);

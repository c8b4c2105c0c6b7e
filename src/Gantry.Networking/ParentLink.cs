namespace Gantry.Networking;

/// <summary>A network without a bridge: its containers' interfaces share a wire of the host's.</summary>
/// <param name="Interface">The host's interface.</param>
/// <param name="Kind"><c>macvlan</c> or <c>ipvlan</c>.</param>
/// <param name="Mode">macvlan: bridge, private, vepa, passthru; ipvlan: l2, l3, l3s.</param>
public sealed record ParentLink(string Interface, string Kind, string Mode);

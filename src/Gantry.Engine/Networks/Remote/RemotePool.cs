namespace Gantry.Engine.Networks.Remote;

/// <summary>A subnet that a plugin gave to a network.</summary>
/// <param name="Id">The plugin's.</param>
/// <param name="Subnet">In CIDR form.</param>
/// <param name="Held">Addresses that the network itself has of it, besides its containers'; the first is the gateway's.</param>
public sealed record RemotePool(string Id, string AddressSpace, string Subnet, IReadOnlyList<string> Held)
{
    public bool IsIPv6 => Subnet.Contains(':');
}

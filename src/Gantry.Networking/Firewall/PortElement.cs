using System.Net;
using Gantry.Networking.Ports;

namespace Gantry.Networking.Firewall;

/// <summary>A published port as an element of a map, those for every address of the host and those for one, or of the set of containers' own.</summary>
/// <param name="Place">The map's or set's name.</param>
/// <param name="Key">In nft's notation.</param>
/// <param name="Value">Of a map's element: null in a set, and where it is not known. Not compared.</param>
internal sealed record PortElement(string Place, string Key, string? Value = null)
{
    internal const string AnyAddress = "ports_any";
    internal const string OneAddress = "ports_one";
    internal const string Direct = "direct";

    public bool Equals(PortElement? other) => other is not null && (Place, Key) == (other.Place, other.Key);

    public override int GetHashCode() => HashCode.Combine(Place, Key);

    /// <summary>The host's port.</summary>
    internal static PortElement OfHost(PortLead lead)
    {
        var mapping = lead.Mapping;
        var port = $"{PublishedPort.ProtocolName(mapping.Protocol)} . {mapping.HostPort}";
        var target = $"{lead.Target} . {mapping.ContainerPort}";
        return IPAddress.Any.Equals(mapping.HostAddress) || IPAddress.IPv6Any.Equals(mapping.HostAddress)
            ? new PortElement(AnyAddress, port, target)
            : new PortElement(OneAddress, $"{mapping.HostAddress} . {port}", target);
    }

    /// <summary>The container's.</summary>
    internal static PortElement OfContainer(PortLead lead) =>
        new(Direct, $"{lead.Target} . {PublishedPort.ProtocolName(lead.Mapping.Protocol)} . {lead.Mapping.ContainerPort}");
}

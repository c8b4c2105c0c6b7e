using System.Net;
using Gantry.Networking.Ports;

namespace Gantry.Networking.Firewall;

/// <summary>A published port as an element of one of the two maps: those for every address of the host, and those for one.</summary>
/// <param name="Map">The map's name.</param>
/// <param name="Key">In nft's notation.</param>
internal readonly record struct PortElement(string Map, string Key)
{
    internal const string AnyAddress = "ports_any";
    internal const string OneAddress = "ports_one";

    internal static PortElement Of(PortMapping mapping)
    {
        var port = $"{PublishedPort.ProtocolName(mapping)} . {mapping.HostPort}";
        return IPAddress.Any.Equals(mapping.HostAddress) || IPAddress.IPv6Any.Equals(mapping.HostAddress)
            ? new PortElement(AnyAddress, port)
            : new PortElement(OneAddress, $"{mapping.HostAddress} . {port}");
    }
}

using System.Net;

namespace Gantry.Networking;

/// <summary>Transport of a published port.</summary>
public enum PortProtocol
{
    Tcp,
    Udp,
}

/// <summary>One published port. HostPort 0 asks for a free one (32768 to 60999).</summary>
/// <param name="HostAddress">
/// 0.0.0.0 is every IPv4 address of the host, :: every IPv6 one. Null, in requests alone: the network's host binding, or all
/// addresses of both families where the network has both.
/// </param>
public sealed record PortMapping(PortProtocol Protocol, IPAddress? HostAddress, int HostPort, int ContainerPort);

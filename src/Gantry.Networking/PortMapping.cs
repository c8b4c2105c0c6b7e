using System.Net;

namespace Gantry.Networking;

/// <summary>Transport of a published port.</summary>
public enum PortProtocol
{
    Tcp,
    Udp,
}

/// <summary>One published port. HostPort 0 asks for a free one (32768 to 60999).</summary>
/// <param name="HostAddress">0.0.0.0 is every address of the host, or the network's host binding where it has one.</param>
public sealed record PortMapping(PortProtocol Protocol, IPAddress HostAddress, int HostPort, int ContainerPort);

using System.Net;

namespace Gantry.Networking;

/// <summary>Transport of a published port.</summary>
public enum PortProtocol
{
    Tcp,
    Udp,
    Sctp,
}

/// <summary>One port that is to be published.</summary>
/// <param name="HostAddress">
/// 0.0.0.0 is every IPv4 address of the host, :: every IPv6 one. Null: the network's host binding, or all addresses of both families.
/// </param>
/// <param name="HostPort">0 asks for a free one (32768 to 60999).</param>
public sealed record PortRequest(PortProtocol Protocol, IPAddress? HostAddress, int HostPort, int ContainerPort)
{
    /// <summary>The last of a range of which any free one will do; 0: there is no range.</summary>
    public int LastHostPort { get; init; }
}

/// <summary>One published port.</summary>
/// <param name="HostAddress">0.0.0.0 is every IPv4 address of the host, :: every IPv6 one.</param>
/// <param name="HostPort">0: none, the container is reached at its own address (<see cref="GatewayMode.Routed"/>).</param>
public sealed record PortMapping(PortProtocol Protocol, IPAddress HostAddress, int HostPort, int ContainerPort);

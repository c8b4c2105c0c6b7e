using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gantry.Plugins.Networks;

/// <summary>A network that a plugin is to make.</summary>
public sealed record NetworkCreateCall(string NetworkID, NetworkCreateOptions Options, IReadOnlyList<IpamData> IPv4Data, IReadOnlyList<IpamData> IPv6Data);

/// <param name="Generic">What was asked with <c>-o</c>.</param>
/// <param name="Internal">Null where it is not.</param>
public sealed record NetworkCreateOptions(
    [property: JsonPropertyName("com.docker.network.enable_ipv4")] bool EnableIPv4,
    [property: JsonPropertyName("com.docker.network.enable_ipv6")] bool EnableIPv6,
    [property: JsonPropertyName("com.docker.network.generic")] IReadOnlyDictionary<string, string> Generic,
    [property: JsonPropertyName("com.docker.network.internal")] bool? Internal);

/// <summary>A subnet; all addresses in CIDR form.</summary>
/// <param name="AuxAddresses">By the name of who has them.</param>
public sealed record IpamData(string AddressSpace, string Pool, string? Gateway, IReadOnlyDictionary<string, string>? AuxAddresses);

/// <summary>A call about a network or an endpoint of it.</summary>
/// <param name="SandboxKey">Path of the container's namespace.</param>
public sealed record EndpointCall(string NetworkID, string? EndpointID = null, EndpointInterface? Interface = null, string? SandboxKey = null, EndpointCallOptions? Options = null);

/// <summary>Addresses in CIDR form; empty where nobody chose yet.</summary>
public sealed record EndpointInterface(string? Address = "", string? AddressIPv6 = "", string? MacAddress = "");

public sealed record EndpointCallOptions(
    [property: JsonPropertyName("com.docker.network.endpoint.exposedports")] IReadOnlyList<TransportPort> ExposedPorts,
    [property: JsonPropertyName("com.docker.network.portmap")] IReadOnlyList<PluginPortMapping> PortMap)
{
    /// <summary>The endpoint's own options, as asked.</summary>
    [JsonExtensionData]
    public JsonObject? More { get; set; }
}

/// <param name="Proto">Of IANA: 6 is TCP, 17 UDP.</param>
public sealed record TransportPort(int Proto, int Port);

/// <inheritdoc cref="TransportPort"/>
public sealed record PluginPortMapping(int Proto, string IP, int Port, string HostIP, int HostPort, int HostPortEnd);

/// <summary>What is moved to the container and how it leads out of it.</summary>
public sealed record JoinAnswer(JoinInterface? InterfaceName, string? Gateway, string? GatewayIPv6, IReadOnlyList<StaticRoute> StaticRoutes, bool DisableGatewayService);

/// <param name="SrcName">On the host.</param>
/// <param name="DstPrefix">In the container, where a number follows.</param>
public sealed record JoinInterface(string? SrcName, string? DstPrefix);

/// <param name="RouteType">0: by a next hop; 1: on the wire.</param>
public sealed record StaticRoute(string? Destination, int RouteType, string? NextHop);

internal sealed record NetworkAnswer
{
    public string? Err { get; init; }

    public string? Scope { get; init; }

    public EndpointInterface? Interface { get; init; }

    public JoinInterface? InterfaceName { get; init; }

    public string? Gateway { get; init; }

    public string? GatewayIPv6 { get; init; }

    public IReadOnlyList<StaticRoute>? StaticRoutes { get; init; }

    public bool DisableGatewayService { get; init; }
}

using System.Text.Json.Serialization;

namespace Gantry.Api.Networks;

/// <summary>Body of <c>POST /networks/create</c>.</summary>
public sealed record NetworkCreateRequest
{
    public string Name { get; set; } = "";

    public string? Driver { get; set; } = "";

    public string? Scope { get; set; } = "";

    public bool? EnableIPv4 { get; set; }

    public bool? EnableIPv6 { get; set; }

    public Ipam? IPAM { get; set; }

    public bool Internal { get; set; }

    public bool Attachable { get; set; }

    public bool Ingress { get; set; }

    public bool ConfigOnly { get; set; }

    public ConfigReference? ConfigFrom { get; set; }

    public IReadOnlyDictionary<string, string>? Options { get; set; }

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? CheckDuplicate { get; set; }
}

/// <summary>Answer of <c>POST /networks/create</c>.</summary>
public sealed record NetworkCreateResponse
{
    public string Id { get; set; } = "";

    public string Warning { get; set; } = "";
}

/// <summary>A network, as inspect and list show it.</summary>
public sealed record NetworkInspectResponse
{
    public string Name { get; set; } = "";

    public string Id { get; set; } = "";

    public string Created { get; set; } = "";

    /// <summary><c>local</c>, <c>global</c> or <c>swarm</c>.</summary>
    public string Scope { get; set; } = "";

    public string Driver { get; set; } = "";

    public bool EnableIPv4 { get; set; }

    public bool EnableIPv6 { get; set; }

    public Ipam IPAM { get; set; } = new();

    public bool Internal { get; set; }

    public bool Attachable { get; set; }

    public bool Ingress { get; set; }

    public ConfigReference ConfigFrom { get; set; } = new();

    public bool ConfigOnly { get; set; }

    /// <summary>By container id; empty in lists.</summary>
    public IReadOnlyDictionary<string, NetworkEndpointResponse>? Containers { get; set; }

    public IReadOnlyDictionary<string, string>? Options { get; set; }

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    /// <summary>The swarm's nodes in an overlay network; never set here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NetworkPeer>? Peers { get; set; }
}

/// <summary>A node of a swarm in an overlay network.</summary>
public sealed record NetworkPeer
{
    public string Name { get; set; } = "";

    public string IP { get; set; } = "";
}

/// <summary>Address management of a network.</summary>
public sealed record Ipam
{
    public string? Driver { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Options { get; set; }

    public IReadOnlyList<IpamConfig>? Config { get; set; }
}

/// <summary>One subnet.</summary>
public sealed record IpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subnet { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPRange { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Gateway { get; set; }

    [JsonPropertyName("AuxiliaryAddresses")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? AuxAddress { get; set; }
}

public sealed record ConfigReference
{
    public string Network { get; set; } = "";
}

/// <summary>A container in an inspected network; addresses carry their prefix length.</summary>
public sealed record NetworkEndpointResponse
{
    public string Name { get; set; } = "";

    public string EndpointID { get; set; } = "";

    public string MacAddress { get; set; } = "";

    public string IPv4Address { get; set; } = "";

    public string IPv6Address { get; set; } = "";
}

/// <summary>Body of <c>POST /networks/{id}/connect</c>.</summary>
public sealed record NetworkConnectRequest
{
    public string Container { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EndpointSettings? EndpointConfig { get; set; }
}

/// <summary>Body of <c>POST /networks/{id}/disconnect</c>.</summary>
public sealed record NetworkDisconnectRequest
{
    public string Container { get; set; } = "";

    public bool Force { get; set; }
}

/// <summary>Answer of <c>POST /networks/prune</c>.</summary>
public sealed record NetworkPruneResponse
{
    public IReadOnlyList<string>? NetworksDeleted { get; set; }
}

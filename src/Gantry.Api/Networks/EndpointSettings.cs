using System.Text.Json.Serialization;

namespace Gantry.Api.Networks;

/// <summary>A container's place in one network: what was asked for, and in answers what it got (moby <c>network.EndpointSettings</c>).</summary>
public sealed record EndpointSettings
{
    public EndpointIpamConfig? IPAMConfig { get; set; }

    public IReadOnlyList<string>? Links { get; set; }

    public IReadOnlyList<string>? Aliases { get; set; }

    public string? MacAddress { get; set; } = "";

    public IReadOnlyDictionary<string, string>? DriverOpts { get; set; }

    /// <summary>The network with the highest priority gives the default route.</summary>
    public int GwPriority { get; set; }

    public string? NetworkID { get; set; } = "";

    public string? EndpointID { get; set; } = "";

    public string? Gateway { get; set; } = "";

    public string? IPAddress { get; set; } = "";

    public int IPPrefixLen { get; set; }

    public string? IPv6Gateway { get; set; } = "";

    public string? GlobalIPv6Address { get; set; } = "";

    public int GlobalIPv6PrefixLen { get; set; }

    /// <summary>Names the embedded DNS answers to in this network.</summary>
    public IReadOnlyList<string>? DNSNames { get; set; }
}

/// <summary>Addresses asked for.</summary>
public sealed record EndpointIpamConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPv4Address { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IPv6Address { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LinkLocalIPs { get; set; }
}

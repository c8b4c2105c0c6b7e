using System.Text.Json.Serialization;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>Answer of <c>GET /containers/{id}/json</c>. Instants are RFC 3339 strings, <c>0001-01-01T00:00:00Z</c> for never.</summary>
public sealed record ContainerInspectResponse
{
    public string Id { get; set; } = "";

    public string Created { get; set; } = "";

    public string Path { get; set; } = "";

    public IReadOnlyList<string> Args { get; set; } = [];

    public ContainerStateResponse State { get; set; } = new();

    /// <summary>Image ID, <c>sha256:...</c>.</summary>
    public string Image { get; set; } = "";

    public string ResolvConfPath { get; set; } = "";

    public string HostnamePath { get; set; } = "";

    public string HostsPath { get; set; } = "";

    public string LogPath { get; set; } = "";

    /// <summary>With a leading slash.</summary>
    public string Name { get; set; } = "";

    public int RestartCount { get; set; }

    public string Driver { get; set; } = "";

    public string Platform { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Images.ImageDescriptor? ImageManifestDescriptor { get; set; }

    public string MountLabel { get; set; } = "";

    public string ProcessLabel { get; set; } = "";

    public string AppArmorProfile { get; set; } = "";

    /// <summary>Null when no exec instance exists.</summary>
    public IReadOnlyList<string>? ExecIDs { get; set; }

    public HostConfig HostConfig { get; set; } = new();

    public StorageDriverResponse? GraphDriver { get; set; }

    /// <summary>Only with <c>size=1</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; set; }

    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];

    public ContainerConfig Config { get; set; } = new();

    public NetworkSettings NetworkSettings { get; set; } = new();
}

/// <summary>The <c>State</c> of an inspected container.</summary>
public sealed record ContainerStateResponse
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public string Status { get; set; } = "";

    public bool Running { get; set; }

    public bool Paused { get; set; }

    public bool Restarting { get; set; }

    public bool OOMKilled { get; set; }

    public bool Dead { get; set; }

    public int Pid { get; set; }

    public int ExitCode { get; set; }

    public string Error { get; set; } = "";

    public string StartedAt { get; set; } = "";

    public string FinishedAt { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthResponse? Health { get; set; }
}

/// <summary>Health as last probed.</summary>
public sealed record HealthResponse
{
    /// <summary><c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
    public string Status { get; set; } = "";

    public int FailingStreak { get; set; }

    public IReadOnlyList<HealthcheckResult>? Log { get; set; }
}

/// <summary>One probe.</summary>
public sealed record HealthcheckResult
{
    public string Start { get; set; } = "";

    public string End { get; set; } = "";

    public int ExitCode { get; set; }

    public string Output { get; set; } = "";
}

/// <summary>The storage driver and what it says of one container or image.</summary>
public sealed record StorageDriverResponse
{
    public IReadOnlyDictionary<string, string>? Data { get; set; }

    public string Name { get; set; } = "";
}

/// <summary>The <c>NetworkSettings</c> of an inspected container; the members at the top mirror the default bridge's endpoint.</summary>
public sealed record NetworkSettings
{
    public string Bridge { get; set; } = "";

    public string SandboxID { get; set; } = "";

    public string SandboxKey { get; set; } = "";

    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?>? Ports { get; set; }

    public bool HairpinMode { get; set; }

    public string LinkLocalIPv6Address { get; set; } = "";

    public int LinkLocalIPv6PrefixLen { get; set; }

    public IReadOnlyList<IpAddress>? SecondaryIPAddresses { get; set; }

    public IReadOnlyList<IpAddress>? SecondaryIPv6Addresses { get; set; }

    public string EndpointID { get; set; } = "";

    public string Gateway { get; set; } = "";

    public string GlobalIPv6Address { get; set; } = "";

    public int GlobalIPv6PrefixLen { get; set; }

    public string IPAddress { get; set; } = "";

    public int IPPrefixLen { get; set; }

    public string IPv6Gateway { get; set; } = "";

    public string MacAddress { get; set; } = "";

    public IReadOnlyDictionary<string, EndpointSettings>? Networks { get; set; }
}

/// <summary>A secondary address.</summary>
public sealed record IpAddress
{
    public string Addr { get; set; } = "";

    public int PrefixLen { get; set; }
}

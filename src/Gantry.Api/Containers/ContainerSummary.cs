using System.Text.Json.Serialization;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>One row of <c>GET /containers/json</c>.</summary>
public sealed record ContainerSummary
{
    public string Id { get; set; } = "";

    /// <summary>With leading slashes.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>The image as it was named at creation, or its ID when that name now means another.</summary>
    public string Image { get; set; } = "";

    public string ImageID { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Images.ImageDescriptor? ImageManifestDescriptor { get; set; }

    public string Command { get; set; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public IReadOnlyList<Port> Ports { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; set; }

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string State { get; set; } = "";

    /// <summary>For people: <c>Up 3 minutes (healthy)</c>.</summary>
    public string Status { get; set; } = "";

    public ContainerSummaryHostConfig HostConfig { get; set; } = new();

    public ContainerSummaryNetworkSettings? NetworkSettings { get; set; }

    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
}

public sealed record ContainerSummaryHostConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkMode { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
}

public sealed record ContainerSummaryNetworkSettings
{
    public IReadOnlyDictionary<string, EndpointSettings>? Networks { get; set; }
}

/// <summary>An exposed port, with its host side when published.</summary>
public sealed record Port
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IP { get; set; }

    public int PrivatePort { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PublicPort { get; set; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public string Type { get; set; } = "";
}

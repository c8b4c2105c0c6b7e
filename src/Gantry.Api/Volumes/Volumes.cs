using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Api.Volumes;

/// <summary>Body of <c>POST /volumes/create</c>.</summary>
public sealed record VolumeCreateRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? DriverOpts { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
}

/// <summary>What a swarm knows of a volume.</summary>
public sealed record ClusterVolume
{
    public string ID { get; set; } = "";
}

/// <summary>A volume.</summary>
public sealed record VolumeResponse
{
    /// <summary>Of swarms only; never set here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterVolume? ClusterVolume { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedAt { get; set; }

    public string Driver { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string Mountpoint { get; set; } = "";

    public string Name { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Options { get; set; }

    public string Scope { get; set; } = "";

    /// <summary>What a plugin says of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonElement>? Status { get; set; }

    /// <summary>Only in <c>GET /system/df</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VolumeUsage? UsageData { get; set; }
}

/// <summary>Counts of -1 are unknown.</summary>
public sealed record VolumeUsage
{
    public long RefCount { get; set; }

    public long Size { get; set; }
}

/// <summary>Answer of <c>GET /volumes</c>.</summary>
public sealed record VolumeListResponse
{
    public IReadOnlyList<VolumeResponse>? Volumes { get; set; }

    public IReadOnlyList<string>? Warnings { get; set; }
}

/// <summary>Answer of <c>POST /volumes/prune</c>.</summary>
public sealed record VolumePruneResponse
{
    public IReadOnlyList<string>? VolumesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}

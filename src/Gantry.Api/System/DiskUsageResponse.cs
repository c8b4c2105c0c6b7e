using System.Text.Json.Serialization;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Volumes;

namespace Gantry.Api.System;

/// <summary>Answer of <c>GET /system/df</c>.</summary>
public sealed record DiskUsageResponse
{
    public long LayersSize { get; set; }

    public IReadOnlyList<ImageSummary>? Images { get; set; }

    public IReadOnlyList<ContainerSummary>? Containers { get; set; }

    public IReadOnlyList<VolumeResponse>? Volumes { get; set; }

    public IReadOnlyList<BuildCacheRecord>? BuildCache { get; set; }

    /// <summary>Bytes of the build cache, before API 1.42.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BuilderSize { get; set; }
}

/// <summary>One record of the build cache.</summary>
public sealed record BuildCacheRecord
{
    public string ID { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Parents { get; set; }

    public string Type { get; set; } = "";

    public string Description { get; set; } = "";

    public bool InUse { get; set; }

    public bool Shared { get; set; }

    public long Size { get; set; }

    public string CreatedAt { get; set; } = "";

    public string? LastUsedAt { get; set; }

    public int UsageCount { get; set; }
}

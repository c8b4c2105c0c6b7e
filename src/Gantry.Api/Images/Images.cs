using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>One row of <c>GET /images/json</c>.</summary>
public sealed record ImageSummary
{
    /// <summary>-1 when not asked for.</summary>
    public long Containers { get; set; } = -1;

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public string Id { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string ParentId { get; set; } = "";

    public IReadOnlyList<string> RepoDigests { get; set; } = [];

    public IReadOnlyList<string> RepoTags { get; set; } = [];

    /// <summary>Bytes; -1 when not asked for.</summary>
    public long SharedSize { get; set; } = -1;

    public long Size { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long VirtualSize { get; set; }

    /// <summary>Since API 1.48.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageDescriptor? Descriptor { get; set; }

    /// <summary>Only with <c>manifests=1</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ImageManifestSummary>? Manifests { get; set; }
}

/// <summary>One row of <c>GET /images/{name}/history</c>.</summary>
public sealed record ImageHistoryItem
{
    public string Comment { get; set; } = "";

    public long Created { get; set; }

    public string CreatedBy { get; set; } = "";

    /// <summary><c>&lt;missing&gt;</c> for layers without an image of their own.</summary>
    public string Id { get; set; } = "";

    public long Size { get; set; }

    public IReadOnlyList<string>? Tags { get; set; }
}

/// <summary>One thing a removal did; exactly one member is set.</summary>
public sealed record ImageDeleteItem
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Untagged { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Deleted { get; set; }
}

/// <summary>Answer of <c>POST /images/prune</c>.</summary>
public sealed record ImagePruneResponse
{
    public IReadOnlyList<ImageDeleteItem>? ImagesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}

/// <summary>One row of <c>GET /images/search</c>.</summary>
public sealed record ImageSearchResult
{
    [JsonPropertyName("star_count")]
    public int StarCount { get; set; }

    [JsonPropertyName("is_official")]
    public bool IsOfficial { get; set; }

    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("is_automated")]
    public bool IsAutomated { get; set; }

    [JsonPropertyName("description")]
    public string Description { get; set; } = "";
}

/// <summary>Answer of <c>GET /distribution/{name}/json</c>.</summary>
public sealed record DistributionInspectResponse
{
    public ImageDescriptor Descriptor { get; set; } = new();

    public IReadOnlyList<ImagePlatform> Platforms { get; set; } = [];
}

/// <summary>Answer of <c>POST /build/prune</c>.</summary>
public sealed record BuildPruneResponse
{
    public IReadOnlyList<string>? CachesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}

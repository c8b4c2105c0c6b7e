using System.Text.Json.Serialization;

namespace Gantry.Images;

// The documents of the image spec as they are on the wire. Every member may be missing in foreign ones.

internal sealed record OciDescriptor
{
    public string? MediaType { get; init; }

    public string? Digest { get; init; }

    public long Size { get; init; }

    public OciPlatform? Platform { get; init; }

    public SortedDictionary<string, string>? Annotations { get; init; }

    public string? ArtifactType { get; init; }
}

internal sealed record OciPlatform
{
    public string? Architecture { get; init; }

    public string? Os { get; init; }

    public string? Variant { get; init; }
}

/// <summary>A manifest or an index: which one shows in the members it has.</summary>
internal sealed record OciManifest
{
    public int SchemaVersion { get; init; } = 2;

    public string? MediaType { get; init; }

    public OciDescriptor? Config { get; init; }

    public IReadOnlyList<OciDescriptor>? Layers { get; init; }

    public IReadOnlyList<OciDescriptor>? Manifests { get; init; }
}

internal sealed record OciLayout
{
    public string ImageLayoutVersion { get; init; } = "1.0.0";
}

internal sealed record OciConfig
{
    public string? Created { get; init; }

    public string? Author { get; init; }

    public string? Architecture { get; init; }

    public string? Variant { get; init; }

    public string? Os { get; init; }

    public OciProcess? Config { get; init; }

    public OciRootFileSystem? Rootfs { get; init; }

    public IReadOnlyList<OciHistory>? History { get; init; }
}

internal sealed record OciRootFileSystem
{
    public string? Type { get; init; } = "layers";

    [JsonPropertyName("diff_ids")]
    public IReadOnlyList<string>? DiffIds { get; init; }
}

internal sealed record OciHistory
{
    public string? Created { get; init; }

    public string? Author { get; init; }

    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    public string? Comment { get; init; }

    [JsonPropertyName("empty_layer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmptyLayer { get; init; }
}

/// <summary>The <c>config</c> object: Docker's names, in Pascal case.</summary>
internal sealed record OciProcess
{
    [JsonPropertyName("User")]
    public string? User { get; init; }

    [JsonPropertyName("ExposedPorts")]
    public SortedDictionary<string, OciNothing?>? ExposedPorts { get; init; }

    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Env { get; init; }

    [JsonPropertyName("Entrypoint")]
    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    [JsonPropertyName("Cmd")]
    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Cmd { get; init; }

    [JsonPropertyName("Healthcheck")]
    public OciHealthcheck? Healthcheck { get; init; }

    [JsonPropertyName("ArgsEscaped")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ArgsEscaped { get; init; }

    [JsonPropertyName("Volumes")]
    public SortedDictionary<string, OciNothing?>? Volumes { get; init; }

    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    [JsonPropertyName("OnBuild")]
    public IReadOnlyList<string>? OnBuild { get; init; }

    [JsonPropertyName("Labels")]
    public SortedDictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    [JsonPropertyName("Shell")]
    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Shell { get; init; }
}

/// <summary>Go's <c>struct{}</c>.</summary>
internal sealed record OciNothing;

/// <summary>Durations in nanoseconds.</summary>
internal sealed record OciHealthcheck
{
    [JsonPropertyName("Test")]
    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Test { get; init; }

    [JsonPropertyName("Interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Interval { get; init; }

    [JsonPropertyName("Timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Timeout { get; init; }

    [JsonPropertyName("StartPeriod")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartPeriod { get; init; }

    [JsonPropertyName("StartInterval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartInterval { get; init; }

    [JsonPropertyName("Retries")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Retries { get; init; }
}

/// <summary>One image in a docker-archive's manifest.json.</summary>
internal sealed record DockerArchiveImage
{
    [JsonPropertyName("Config")]
    public string? Config { get; init; }

    // Docker writes null for an image without names.
    [JsonPropertyName("RepoTags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public IReadOnlyList<string>? Layers { get; init; }
}

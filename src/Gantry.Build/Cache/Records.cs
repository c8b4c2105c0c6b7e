using System.Text.Json.Serialization;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Cache;

/// <summary>What a step made, by its key.</summary>
internal sealed record StepRecord
{
    public int Version { get; init; } = 1;

    /// <summary>For people: the instruction.</summary>
    public string Description { get; init; } = "";

    /// <summary>Diff IDs of the layers below, base first.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>Null when the step changed no file.</summary>
    public LayerRecord? Layer { get; init; }

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset LastUsed { get; init; }

    /// <summary>Builds that needed it.</summary>
    public int Uses { get; init; } = 1;
}

internal sealed record LayerRecord(string MediaType, string Blob, long Size, string DiffId)
{
    public static LayerRecord From(ImageLayer layer) => new(layer.Blob.MediaType, layer.Blob.Digest.ToString(), layer.Blob.Size, layer.DiffId.ToString());

    public ImageLayer ToLayer() => new(new Descriptor(MediaType, Digest.Parse(Blob), Size), Digest.Parse(DiffId));
}

/// <summary>The digest of what a selector takes from a chain of layers: both are content, so it never changes.</summary>
internal sealed record SelectionRecord
{
    public int Version { get; init; } = 1;

    public required string Digest { get; init; }

    public DateTimeOffset LastUsed { get; init; }
}

/// <summary>What a URL of ADD gave, to ask the server only whether it is still the same.</summary>
internal sealed record DownloadRecord
{
    public int Version { get; init; } = 1;

    public required string Digest { get; init; }

    public string? ETag { get; init; }

    public DateTimeOffset? Modified { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StepRecord))]
[JsonSerializable(typeof(SelectionRecord))]
[JsonSerializable(typeof(DownloadRecord))]
internal sealed partial class CacheJson : JsonSerializerContext;

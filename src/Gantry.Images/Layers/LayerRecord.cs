using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Core;

namespace Gantry.Images;

/// <summary>What is known of one unpacked layer; kept as layer.json beside its files.</summary>
internal sealed record LayerRecord(Digest ChainId, Digest DiffId, Digest? Parent, Descriptor Blob, long Size)
{
    public ImageLayer Layer => new(Blob, DiffId);
}

/// <summary>layer.json.</summary>
internal sealed record LayerDocument
{
    public int Version { get; init; } = 1;

    public required string DiffId { get; init; }

    public string? Parent { get; init; }

    public required string BlobMediaType { get; init; }

    public required string Blob { get; init; }

    public required long BlobSize { get; init; }

    /// <summary>Bytes of the regular files.</summary>
    public required long Size { get; init; }

    public static byte[] Write(LayerRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new LayerDocument
        {
            DiffId = record.DiffId.ToString(),
            Parent = record.Parent?.ToString(),
            BlobMediaType = record.Blob.MediaType,
            Blob = record.Blob.Digest.ToString(),
            BlobSize = record.Blob.Size,
            Size = record.Size,
        },
        StateJsonContext.Default.LayerDocument);

    /// <summary>Null when the bytes are no such document.</summary>
    public static LayerRecord? Read(Digest chainId, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, StateJsonContext.Default.LayerDocument) is { } document
                ? new LayerRecord(
                    chainId, Digest.Parse(document.DiffId), document.Parent is { } parent ? Digest.Parse(parent) : null,
                    new Descriptor(document.BlobMediaType, Digest.Parse(document.Blob), document.BlobSize), document.Size)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>Documents of our own: the layer store's files and the image store's tables.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LayerDocument))]
[JsonSerializable(typeof(ImageDocument))]
[JsonSerializable(typeof(NameDocument))]
internal sealed partial class StateJsonContext : JsonSerializerContext;

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gantry.Core;

namespace Gantry.Images;

/// <summary>Image documents to and from bytes.</summary>
internal static class OciJson
{
    private static readonly OciJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static JsonTypeInfo<OciManifest> Manifest => Context.OciManifest;

    public static JsonTypeInfo<OciConfig> Config => Context.OciConfig;

    public static JsonTypeInfo<OciLayout> Layout => Context.OciLayout;

    public static JsonTypeInfo<IReadOnlyList<DockerArchiveImage>> DockerArchive => Context.IReadOnlyListDockerArchiveImage;

    public static byte[] Write<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(document, type);

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"invalid image document: {e.Message}", e);
        }
    }
}

[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciConfig))]
[JsonSerializable(typeof(OciLayout))]
[JsonSerializable(typeof(IReadOnlyList<DockerArchiveImage>))]
internal sealed partial class OciJsonContext : JsonSerializerContext;

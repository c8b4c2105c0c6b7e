using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Registry;

/// <summary>Errors of the distribution API (distribution-spec, "Error Codes").</summary>
internal sealed record ErrorDocument
{
    public IReadOnlyList<ErrorItem>? Errors { get; init; }

    /// <summary>Docker Hub's token server.</summary>
    public string? Details { get; init; }
}

internal sealed record ErrorItem
{
    public string? Code { get; init; }

    public string? Message { get; init; }
}

/// <summary>Answer of a token server (distribution token authentication; OAuth2).</summary>
internal sealed record TokenDocument
{
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }
}

internal sealed record TagsDocument
{
    public IReadOnlyList<string>? Tags { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(TagsDocument))]
internal sealed partial class RegistryJson : JsonSerializerContext
{
    /// <summary>Null when the bytes are no such document.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> bytes, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json.Serialization;

namespace Gantry.Api;

/// <summary>Body of every failed answer.</summary>
public sealed record ErrorResponse
{
    [JsonPropertyName("message")]
    public string Message { get; set; } = "";
}

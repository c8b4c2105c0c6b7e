using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Core;

namespace Gantry.Edge.Config;

/// <summary>Durations as people write them: <c>"500ms"</c>, <c>"1m30s"</c>.</summary>
internal sealed class GoDurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && GoDuration.TryParse(reader.GetString(), out var duration)
            ? duration
            : throw new JsonException("is not a duration such as \"500ms\", \"10s\" or \"1m30s\"");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(GoDuration.Format(value));
}

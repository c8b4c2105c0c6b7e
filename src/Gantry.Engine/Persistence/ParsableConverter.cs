using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Engine.Persistence;

/// <summary>Stores a value by its text form.</summary>
internal sealed class ParsableConverter<T> : JsonConverter<T>
    where T : IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return T.TryParse(text, null, out var value) ? value : throw new JsonException($"not a {typeof(T).Name}: {text}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

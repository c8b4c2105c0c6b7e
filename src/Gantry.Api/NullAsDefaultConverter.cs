using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Api;

/// <summary>
/// Go reads <c>null</c> into any value as "leave it as it is", and clients rely on it (docker-py sends <c>"Timeout": null</c>);
/// System.Text.Json refuses it for numbers and booleans. Numbers are also read from strings.
/// </summary>
internal sealed class NullAsDefaultConverter<T>(JsonConverter<T> inner) : JsonConverter<T>
    where T : struct, ISpanParsable<T>
{
    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => T.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var value) ? value : throw new JsonException(),
        _ => inner.Read(ref reader, typeToConvert, options),
    };

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => inner.Write(writer, value, options);
}

/// <summary>The converters of every value type that requests hold.</summary>
internal static class NullAsDefaultConverters
{
    public static IReadOnlyList<JsonConverter> All { get; } =
    [
        new NullAsDefaultConverter<bool>(JsonMetadataServices.BooleanConverter),
        new NullAsDefaultConverter<int>(JsonMetadataServices.Int32Converter),
        new NullAsDefaultConverter<uint>(JsonMetadataServices.UInt32Converter),
        new NullAsDefaultConverter<long>(JsonMetadataServices.Int64Converter),
    ];
}

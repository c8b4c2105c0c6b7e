using System.Text.Json;

namespace Gantry.Daemon.Http;

/// <summary>What is wrong with a body that could not be read: in the words of Go's decoder where they say as much as ours.</summary>
internal static class JsonErrorText
{
    public static string Of(ReadOnlySpan<byte> body, JsonException error)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, state: default);
        try
        {
            var complete = JsonDocument.TryParseValue(ref reader, out var document);
            document?.Dispose();
            if (!complete)
            {
                return "invalid JSON: unexpected EOF";
            }

            if (!body[(int)reader.BytesConsumed..].Trim(" \t\r\n"u8).IsEmpty)
            {
                return "unexpected content after JSON";
            }
        }
        catch (JsonException)
        {
            // Bad in its middle: said with the place.
        }

        return $"invalid JSON: cannot read {error.Path ?? "$"} at line {error.LineNumber + 1}, byte {error.BytePositionInLine}";
    }
}

using System.Text.Json;

namespace Gantry.Daemon.Http;

/// <summary>What is wrong with a body that could not be read: bad syntax in the words of Go's decoder, a value of the wrong kind by its place.</summary>
internal static class JsonErrorText
{
    public static string Of(ReadOnlySpan<byte> body, JsonException error) =>
        GoJsonSyntax.FindFault(body, out var consumed) is { } fault ? $"invalid JSON: {fault}"
        : !body[consumed..].Trim(" \t\r\n"u8).IsEmpty ? "unexpected content after JSON"
        : $"invalid JSON: cannot read {error.Path ?? "$"} at line {error.LineNumber + 1}, byte {error.BytePositionInLine}";
}

using System.Globalization;
using System.Text.Json;
using Gantry.Core;
using Gantry.Engine;
using Gantry.Runtime;

namespace Gantry.Daemon.Http;

/// <summary>A request's query in Docker's dialect: its booleans, its numbers, its filters, its words for what is wrong.</summary>
internal readonly struct QueryReader(HttpRequest request)
{
    /// <summary>The first value, empty when absent.</summary>
    public string Text(string key) => request.Query.TryGetValue(key, out var values) ? values[0] ?? "" : "";

    /// <summary>The value, or null when absent or empty.</summary>
    public string? Optional(string key) => Text(key) is { Length: > 0 } text ? text : null;

    public bool Has(string key) => request.Query.ContainsKey(key);

    /// <summary>Every value of a repeated key.</summary>
    public IReadOnlyList<string> All(string key) =>
        request.Query.TryGetValue(key, out var values) ? [.. values.Where(value => value is { Length: > 0 })!] : [];

    /// <summary>Everything but nothing, <c>0</c>, <c>no</c>, <c>false</c> and <c>none</c> is true (moby httputils.BoolValue).</summary>
    public bool Flag(string key) => IsTrue(Text(key));

    public bool Flag(string key, bool fallback) => Has(key) ? Flag(key) : fallback;

    /// <summary>An integer; absent, empty or unreadable is the fallback (moby httputils.Int64ValueOrZero).</summary>
    public long NumberOr(string key, long fallback) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : fallback;

    /// <summary>An integer, null when absent or empty.</summary>
    /// <exception cref="GantryException">InvalidArgument when it is not one.</exception>
    public int? Integer(string key) => Optional(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw GantryException.Invalid($"strconv.Atoi: parsing \"{text}\": invalid syntax");

    /// <summary>A moment (Unix seconds, RFC 3339 or a duration ago), null when absent or zero.</summary>
    /// <exception cref="GantryException">InvalidArgument when it is none of these.</exception>
    public DateTimeOffset? Moment(string key, TimeProvider clock) => Optional(key) is not { } text || text == "0" ? null
        : Timestamp.TryParseMoment(text, clock.GetUtcNow(), out var instant) ? instant
        : throw GantryException.Invalid($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    /// <summary>A platform (<c>linux/amd64</c>), null when absent.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public Platform? Platform()
    {
        try
        {
            return Optional("platform") is { } text ? Core.Platform.Parse(text) : null;
        }
        catch (FormatException error)
        {
            throw GantryException.Invalid(error.Message);
        }
    }

    /// <summary>A platform as the newer calls take it: an OCI platform object in JSON. Null when absent.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public Platform? JsonPlatform() => Optional("platform") is not { } text ? null
        : All("platform").Count > 1 ? throw GantryException.Invalid("multiple platform parameters not supported")
        : Core.Platform.TryParse(PlatformOfJson(text), null, out var platform) ? platform
        : throw GantryException.Invalid($"failed to parse platform: both architecture and OS must be provided: {text}");

    /// <summary>The <c>h</c> and <c>w</c> of a resize.</summary>
    /// <exception cref="GantryException">InvalidArgument when one is missing or no number.</exception>
    public TerminalSize TerminalSize()
    {
        var height = Dimension("h", "height");
        return new TerminalSize(Dimension("w", "width"), height);
    }

    /// <summary>Filters as <c>{"label":{"a=b":true}}</c> or, from old clients, <c>{"label":["a=b"]}</c>.</summary>
    /// <exception cref="GantryException">InvalidArgument, Docker's words.</exception>
    public ObjectFilters Filters(string key = "filters") => Optional(key) is { } text ? FilterReader.Read(text) : ObjectFilters.None;

    /// <summary>A JSON object of strings, such as <c>buildargs</c>; null values are kept.</summary>
    public IReadOnlyDictionary<string, string?> Map(string key)
    {
        var map = new Dictionary<string, string?>();
        if (Optional(key) is not { } text)
        {
            return map;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                map[member.Name] = member.Value.GetString();
            }

            return map;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid($"error reading {key}: invalid JSON: {text}");
        }
    }

    /// <summary>A JSON array of strings; also a plain or comma-separated value.</summary>
    public IReadOnlyList<string> List(string key)
    {
        if (Optional(key) is not { } text)
        {
            return [];
        }

        if (!text.StartsWith('['))
        {
            return [.. All(key).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(element => element.GetString() ?? "")];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid($"error reading {key}: invalid JSON: {text}");
        }
    }

    // A number of 32 bits, of which the kernel takes the lower 16.
    private int Dimension(string key, string name)
    {
        var text = Text(key);
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? (ushort)value
            : throw GantryException.Invalid($"invalid resize {name} \"{text}\": {(IsInteger(text) ? "value out of range" : "invalid syntax")}");
    }

    private static bool IsInteger(string text) => text.AsSpan(text.StartsWith('-') ? 1 : 0) is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange('0', '9');

    private static bool IsTrue(string text) =>
        text.AsSpan().Trim() is var trimmed && !trimmed.IsEmpty && trimmed is not "0"
        && !trimmed.Equals("no", StringComparison.OrdinalIgnoreCase)
        && !trimmed.Equals("false", StringComparison.OrdinalIgnoreCase)
        && !trimmed.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static string PlatformOfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            _ = document.RootElement.EnumerateObject();
            string[] parts = [Member("os"), Member("architecture"), Member("variant")];
            return string.Join('/', parts.Where(part => part.Length > 0));

            string Member(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid($"failed to parse platform: invalid JSON: {text}");
        }
    }
}

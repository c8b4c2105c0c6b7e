using System.Globalization;

namespace Gantry.Core;

/// <summary>Instants on the wire: RFC 3339 with up to nine fractional digits (Go's RFC3339Nano), UTC, and Go's zero time for "never".</summary>
public static class Timestamp
{
    /// <summary>Go's zero <c>time.Time</c>.</summary>
    public const string Never = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset? instant) =>
        instant is null ? Never : instant.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(Trimmed(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    /// <summary>
    /// Reads what the <c>since</c> and <c>until</c> parameters carry: Unix seconds with an optional nine-digit fraction, an
    /// RFC 3339 instant, or a Go duration before <paramref name="now"/>.
    /// </summary>
    public static bool TryParseMoment(string text, DateTimeOffset now, out DateTimeOffset instant)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > -60_000_000_000m and < 250_000_000_000m)
        {
            instant = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
            return true;
        }

        if (GoDuration.TryParse(text, out var ago))
        {
            instant = now - ago;
            return true;
        }

        return TryParse(text, out instant);
    }

    // .NET reads seven fractional digits at most.
    private static string? Trimmed(string? text)
    {
        var dot = text?.IndexOf('.') ?? -1;
        if (text is null || dot < 0)
        {
            return text;
        }

        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - dot - 1 > 7 ? text[..(dot + 8)] + text[end..] : text;
    }
}

using System.Globalization;
using Gantry.Core;

namespace Gantry.Cli.Formatting;

/// <summary>Spans, instants, sizes and IDs for people (docker/go-units).</summary>
internal static class Human
{
    public static string Duration(TimeSpan span)
    {
        var hours = (int)(span.TotalHours + 0.5);
        return ((int)span.TotalSeconds, (int)span.TotalMinutes) switch
        {
            ( < 1, _) => "Less than a second",
            (1, _) => "1 second",
            ( < 60, var _) when (int)span.TotalSeconds is var seconds => $"{seconds} seconds",
            (_, 1) => "About a minute",
            (_, < 60 and var minutes) => $"{minutes} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{hours} hours",
            _ when hours < 24 * 7 * 2 => $"{hours / 24} days",
            _ when hours < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
            _ when hours < 24 * 365 * 2 => $"{hours / 24 / 30} months",
            _ => $"{(int)span.TotalHours / 24 / 365} years",
        };
    }

    public static string Ago(DateTimeOffset instant) => Duration(DateTimeOffset.UtcNow - instant) + " ago";

    /// <summary>Go's Time.String in local time: <c>2025-06-01 10:00:00 +0000 UTC</c>.</summary>
    public static string Instant(DateTimeOffset instant)
    {
        var local = instant.ToLocalTime();
        var zone = local.Offset == TimeSpan.Zero ? "UTC" : TimeZoneInfo.Local.StandardName;
        return local.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF ", CultureInfo.InvariantCulture) + Offset(local.Offset) + " " + zone;
    }

    public static string Rfc3339(DateTimeOffset instant)
    {
        var local = instant.ToLocalTime();
        return local.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
            + (local.Offset == TimeSpan.Zero ? "Z" : Offset(local.Offset).Insert(3, ":"));
    }

    public static string Size(long bytes, int precision = 3) => new ByteSize(bytes).ToDecimalString(precision);

    public static string BinarySize(double bytes) => new ByteSize((long)bytes).ToBinaryString();

    /// <summary>The first 12 digits of an ID, without its algorithm.</summary>
    public static string ShortId(string id)
    {
        var colon = id.IndexOf(':');
        var digits = colon < 0 ? id : id[(colon + 1)..];
        return digits.Length > 12 ? digits[..12] : digits;
    }

    /// <summary>At most so many characters, the last one an ellipsis when cut.</summary>
    public static string Ellipsis(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static string Offset(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);
}

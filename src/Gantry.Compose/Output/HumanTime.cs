using System.Globalization;

namespace Gantry.Compose.Output;

/// <summary>Time spans as Docker's tables say them (docker/go-units).</summary>
internal static class HumanTime
{
    public static string Ago(DateTimeOffset instant) => Span(DateTimeOffset.UtcNow - instant) + " ago";

    private static string Span(TimeSpan span)
    {
        var (seconds, minutes, hours) = ((int)span.TotalSeconds, (int)span.TotalMinutes, (int)Math.Round(span.TotalHours));
        return (seconds, minutes, hours) switch
        {
            ( < 1, _, _) => "Less than a second",
            (1, _, _) => "1 second",
            ( < 60, _, _) => Number(seconds, "seconds"),
            (_, 1, _) => "About a minute",
            (_, < 60, _) => Number(minutes, "minutes"),
            (_, _, 1) => "About an hour",
            (_, _, < 48) => Number(hours, "hours"),
            (_, _, < 24 * 7 * 2) => Number(hours / 24, "days"),
            (_, _, < 24 * 30 * 2) => Number(hours / 24 / 7, "weeks"),
            (_, _, < 24 * 365 * 2) => Number(hours / 24 / 30, "months"),
            _ => Number((int)span.TotalDays / 365, "years"),
        };
    }

    private static string Number(int value, string unit) => value.ToString(CultureInfo.InvariantCulture) + " " + unit;
}

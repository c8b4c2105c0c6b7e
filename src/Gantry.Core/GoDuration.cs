using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gantry.Core;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads and <c>Duration.String</c> writes them: <c>1h15m30.918s</c>.</summary>
public static class GoDuration
{
    private static readonly (string Unit, decimal Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"time: invalid duration \"{text}\"");

    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "0")
        {
            return true;
        }

        decimal total = 0;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny("0123456789.");
            var unit = end < 0 ? rest : rest[..end];
            decimal? factor = null;
            foreach (var (name, nanoseconds) in Units)
            {
                factor = unit.SequenceEqual(name) ? nanoseconds : factor;
            }

            if (factor is null)
            {
                return false;
            }

            total += number * factor.Value;
            rest = rest[unit.Length..];
        }

        duration = FromNanoseconds((long)(negative ? -total : total));
        return true;
    }

    public static TimeSpan FromNanoseconds(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100);

    public static long ToNanoseconds(this TimeSpan duration) => duration.Ticks * 100;

    public static string Format(TimeSpan duration)
    {
        var ns = duration.ToNanoseconds();
        if (ns == 0)
        {
            return "0s";
        }

        var text = new StringBuilder(ns < 0 ? "-" : "");
        ns = Math.Abs(ns);
        if (ns < 1_000_000_000)
        {
            var (divisor, unit) = ns < 1_000 ? (1L, "ns") : ns < 1_000_000 ? (1_000L, "µs") : (1_000_000L, "ms");
            return text.Append(((decimal)ns / divisor).ToString("0.######", CultureInfo.InvariantCulture)).Append(unit).ToString();
        }

        var (hours, minutes) = (ns / 3_600_000_000_000, ns / 60_000_000_000 % 60);
        if (hours > 0)
        {
            text.Append(hours).Append('h');
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(minutes).Append('m');
        }

        return text.Append(((decimal)(ns % 60_000_000_000) / 1_000_000_000).ToString("0.#########", CultureInfo.InvariantCulture)).Append('s').ToString();
    }
}

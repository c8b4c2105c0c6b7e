using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A <c>time.Time</c>, which prints otherwise than the RFC 3339 text it came as.</summary>
internal sealed class GoTime(string text)
{
    /// <summary>RFC 3339, as in JSON.</summary>
    public string Wire => text.Length == 0 ? "0001-01-01T00:00:00Z" : text;

    public override string ToString()
    {
        if (!DateTimeOffset.TryParse(Wire, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            return text;
        }

        // The text keeps nanoseconds, which the parsed instant has not all of.
        var dot = Wire.IndexOf('.');
        var fraction = dot < 0 ? "" : string.Concat(Wire.Skip(dot + 1).TakeWhile(char.IsAsciiDigit)).TrimEnd('0');
        var offset = instant.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "");
        return $"{instant:yyyy-MM-dd HH:mm:ss}{(fraction.Length > 0 ? "." + fraction : "")} {offset} {(instant.Offset == TimeSpan.Zero ? "UTC" : offset)}";
    }
}

/// <summary>A <c>time.Duration</c> in nanoseconds; prints as <c>1m30s</c>.</summary>
internal sealed class GoDuration(long nanoseconds)
{
    public long Nanoseconds => nanoseconds;

    public override string ToString()
    {
        var size = Math.Abs((decimal)nanoseconds);
        var sign = nanoseconds < 0 ? "-" : "";
        if (size < 1_000_000_000)
        {
            return sign + (size switch { 0 => "0s", < 1_000 => Number(size) + "ns", < 1_000_000 => Number(size / 1_000) + "µs", _ => Number(size / 1_000_000) + "ms" });
        }

        var seconds = size / 1_000_000_000;
        var (hours, minutes) = ((long)(seconds / 3600), (long)(seconds / 60) % 60);
        var text = new StringBuilder(sign);
        text.Append(hours > 0 ? $"{hours}h" : "").Append(hours > 0 || minutes > 0 ? $"{minutes}m" : "");
        return text.Append(Number(seconds % 60)).Append('s').ToString();
    }

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gantry.Core;

/// <summary>A number of bytes, read and written the way Docker's tools do (docker/go-units).</summary>
public readonly record struct ByteSize(long Bytes) : IParsable<ByteSize>
{
    private static readonly string[] DecimalUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    private static readonly string[] BinaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Decimal, four significant digits: <c>77.9MB</c>, as image tables show sizes.</summary>
    public string ToDecimalString(int precision = 4) => Format(Bytes, 1000, DecimalUnits, precision);

    /// <summary>Binary, four significant digits: <c>1.944GiB</c>, as memory is shown.</summary>
    public string ToBinaryString() => Format(Bytes, 1024, BinaryUnits, 4);

    public static ByteSize Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var size) ? size : throw new FormatException($"invalid size: '{s}'");

    /// <summary>Reads <c>512m</c>, <c>1.5g</c>, <c>64MiB</c>, <c>1024</c>: powers of 1024, units in any case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result)
    {
        result = default;
        var text = s.AsSpan().Trim();
        var end = text.LastIndexOfAnyInRange('0', '9') + 1;
        var unit = text[end..].Trim();
        var exponent = unit.Length == 0 ? 0 : "bkmgtpe".IndexOf(char.ToLowerInvariant(unit[0]));
        var suffix = unit.Length > 1 ? unit[1..] : "";
        if (end == 0 || exponent < 0 || !(suffix is "" || suffix.Equals("b", StringComparison.OrdinalIgnoreCase) || suffix.Equals("ib", StringComparison.OrdinalIgnoreCase))
            || (exponent == 0 && suffix.Length > 0)
            || !decimal.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var bytes = number * (1L << (10 * exponent));
        if (bytes > long.MaxValue)
        {
            return false;
        }

        result = new ByteSize((long)bytes);
        return true;
    }

    public override string ToString() => ToDecimalString();

    private static string Format(double size, double step, string[] units, int precision)
    {
        var unit = 0;
        while (Math.Abs(size) >= step && unit < units.Length - 1)
        {
            size /= step;
            unit++;
        }

        return GoNumber(size, precision) + units[unit];
    }

    // Go's %.4g for the range that occurs here: significant digits without trailing zeros.
    private static string GoNumber(double value, int precision)
    {
        if (value == 0)
        {
            return "0";
        }

        var digits = Math.Max(0, precision - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))));
        var text = value.ToString("F" + digits, CultureInfo.InvariantCulture);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}

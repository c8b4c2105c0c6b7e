using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Floating point numbers as Go's strconv.FormatFloat writes them.</summary>
internal static class GoFloat
{
    private const int LargestPlainExponent = 6;

    /// <summary>%v: the shortest text that reads back, with an exponent below -4 and from 6 on.</summary>
    public static string General(double number, int? precision = null)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        var text = precision is { } digits ? number.ToString("E" + Math.Max(0, digits - 1), CultureInfo.InvariantCulture) : number.ToString("E16", CultureInfo.InvariantCulture);
        if (precision is null)
        {
            for (var count = 0; count <= 16; count++)
            {
                text = number.ToString("E" + count, CultureInfo.InvariantCulture);
                if (double.Parse(text, CultureInfo.InvariantCulture) == number)
                {
                    break;
                }
            }
        }

        var at = text.IndexOf('E');
        var exponent = int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture);
        var negative = text[0] == '-';
        var mantissa = text[(negative ? 1 : 0)..at].Replace(".", "").TrimEnd('0');
        mantissa = mantissa.Length == 0 ? "0" : mantissa;
        var limit = precision is { } p ? (p == 0 ? 1 : p) : LargestPlainExponent;
        return (negative ? "-" : "") + (exponent < -4 || exponent >= limit
            ? mantissa[..1] + (mantissa.Length > 1 ? "." + mantissa[1..] : "") + Exponent(exponent)
            : Plain(mantissa, exponent));
    }

    /// <summary>%e.</summary>
    public static string Scientific(double number, int precision)
    {
        var text = number.ToString("E" + precision, CultureInfo.InvariantCulture);
        var at = text.IndexOf('E');
        return text[..at] + Exponent(int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>%x: <c>0x1.8p+00</c>, as many digits as it takes.</summary>
    public static string Hexadecimal(double number, bool upper)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        var (fraction, exponent) = (bits & 0xFFFFFFFFFFFFF, (int)(bits >> 52) - 1023);
        var digits = fraction.ToString("x13", CultureInfo.InvariantCulture).TrimEnd('0');
        var text = number == 0 ? "0x0p+00" : $"0x1{(digits.Length > 0 ? "." + digits : "")}p{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        return (double.IsNegative(number) ? "-" : "") + (upper ? text.ToUpperInvariant() : text);
    }

    private static string Plain(string mantissa, int exponent)
    {
        if (exponent < 0)
        {
            return new StringBuilder("0.").Append('0', -exponent - 1).Append(mantissa).ToString();
        }

        var whole = mantissa.PadRight(exponent + 1, '0');
        return whole.Length > exponent + 1 ? whole[..(exponent + 1)] + "." + whole[(exponent + 1)..] : whole;
    }

    private static string Exponent(int exponent) => $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
}

using System.Globalization;

namespace Gantry.Compose.Loading;

/// <summary>
/// The type of a plain scalar, as Compose's YAML library decides it: YAML 1.2's core schema, with YAML 1.1's octal and
/// underscored numbers, and without its yes and no.
/// </summary>
internal static class ScalarResolver
{
    public static object? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        ".inf" or ".Inf" or ".INF" or "+.inf" => double.PositiveInfinity,
        "-.inf" or "-.Inf" => double.NegativeInfinity,
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        _ => (object?)Integer(text) ?? (object?)Float(text) ?? text,
    };

    private static long? Integer(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var negative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
        {
            return null;
        }

        long? value = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null,
            ['0', 'b' or 'B', .. var binary] => Radix(binary, 2),
            ['0', 'o' or 'O', .. var octal] => Radix(octal, 8),
            ['0', _, ..] => Radix(digits[1..], 8),
            _ => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        };
        return negative ? -value : value;
    }

    private static long? Radix(string digits, int radix)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit < '0' || digit >= '0' + radix)
            {
                return null;
            }

            value = checked(value * radix + (digit - '0'));
        }

        return digits.Length is > 0 and < 22 ? value : null;
    }

    private static double? Float(string text) =>
        text[0] is '-' or '+' or '.' or (>= '0' and <= '9') && text.Any(char.IsAsciiDigit)
        && double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}

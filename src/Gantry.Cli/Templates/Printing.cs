using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Go's fmt, as far as templates use it.</summary>
internal static class Printing
{
    /// <summary>Blanks between operands when neither is a string (fmt.Sprint).</summary>
    public static string Print(IReadOnlyList<object?> args)
    {
        var text = new StringBuilder();
        for (var i = 0; i < args.Count; i++)
        {
            if (i > 0 && args[i] is not string && args[i - 1] is not string)
            {
                text.Append(' ');
            }

            text.Append(args[i] is null ? "<nil>" : Values.Print(args[i]));
        }

        return text.ToString();
    }

    public static string PrintLine(IReadOnlyList<object?> args) => string.Join(' ', args.Select(a => a is null ? "<nil>" : Values.Print(a))) + "\n";

    /// <summary>fmt.Sprintf with flags, width and precision for v, s, q, d, t, f, g, e, x, X, o, b, c and %%.</summary>
    public static string Format(string format, IReadOnlyList<object?> args)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            var flags = new StringBuilder();
            while (++i < format.Length && "+-# 0".Contains(format[i]))
            {
                flags.Append(format[i]);
            }

            var width = Number(format, ref i, args, ref next);
            int? precision = null;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Number(format, ref i, args, ref next) ?? 0;
            }

            if (i >= format.Length)
            {
                return text.Append("%!(NOVERB)").ToString();
            }

            if (format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            text.Append(next >= args.Count ? $"%!{format[i]}(MISSING)" : Pad(Verb(format[i], flags.ToString(), precision, args[next]), flags.ToString(), width));
            next++;
        }

        if (next < args.Count)
        {
            text.Append("%!(EXTRA ").AppendJoin(", ", args.Skip(next).Select(a => Kind(a) + "=" + Values.Print(a))).Append(')');
        }

        return text.ToString();
    }

    private static int? Number(string format, ref int i, IReadOnlyList<object?> args, ref int next)
    {
        if (i < format.Length && format[i] == '*')
        {
            i++;
            return next < args.Count && args[next++] is long given ? (int)given : null;
        }

        var start = i;
        while (i < format.Length && char.IsAsciiDigit(format[i]))
        {
            i++;
        }

        return i > start ? int.Parse(format.AsSpan(start, i - start), CultureInfo.InvariantCulture) : null;
    }

    private static string Pad(string text, string flags, int? width) => width is not { } wanted ? text
        : flags.Contains('-') ? text.PadRight(wanted)
        : flags.Contains('0') && text.Length < wanted ? (text.StartsWith('-') ? "-" + text[1..].PadLeft(wanted - 1, '0') : text.PadLeft(wanted, '0'))
        : text.PadLeft(wanted);

    private static string Verb(char verb, string flags, int? precision, object? value)
    {
        value = Values.Plain(value);
        switch (verb)
        {
            case 'v':
                return value is null ? "<nil>" : Values.Print(value);
            case 's' when value is not (long or double or bool):
                var text = value is null ? "%!s(<nil>)" : Values.Print(value);
                return precision is { } cut && cut < text.Length ? text[..cut] : text;
            case 'q' when value is not (long or double or bool):
                return JsonText.Quote(Values.Print(value));
            case 't' when value is bool:
                return Values.Print(value);
            case 'd' when value is long number:
                return (flags.Contains('+') && number >= 0 ? "+" : "") + number.ToString(CultureInfo.InvariantCulture);
            case 'x' or 'X' when value is long number:
                var hex = number.ToString("x", CultureInfo.InvariantCulture);
                return (flags.Contains('#') ? "0x" : "") + (verb == 'X' ? hex.ToUpperInvariant() : hex);
            case 'x' when value is string bytes:
                return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(bytes));
            case 'o' when value is long number:
                return Convert.ToString(number, 8);
            case 'b' when value is long number:
                return Convert.ToString(number, 2);
            case 'c' when value is long number:
                return char.ConvertFromUtf32((int)number);
            case 'f' or 'F' when value is double number:
                return number.ToString("F" + (precision ?? 6), CultureInfo.InvariantCulture);
            case 'e' when value is double number:
                return number.ToString("0." + new string('0', precision ?? 6) + "e+00", CultureInfo.InvariantCulture);
            case 'g' when value is double number:
                return precision is { } digits ? number.ToString("G" + digits, CultureInfo.InvariantCulture) : Values.Print(number);
            default:
                return $"%!{verb}({Kind(value)}={(value is null ? "<nil>" : Values.Print(value))})";
        }
    }

    private static string Kind(object? value) => value switch { string => "string", long => "int", double => "float64", bool => "bool", null => "<nil>", _ => "interface {}" };
}

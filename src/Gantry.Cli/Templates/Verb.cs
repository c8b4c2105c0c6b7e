using System.Globalization;
using System.Numerics;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>One verb of Sprintf with its flags.</summary>
internal sealed class Verb
{
    private bool plus;
    private bool sharp;
    private bool space;
    private bool zero;
    private bool syntax;

    public bool Minus { get; set; }

    public int? Width { get; set; }

    public int? Precision { get; set; }

    public void Add(char flag) => _ = flag switch { '+' => plus = true, '-' => Minus = true, '#' => sharp = true, ' ' => space = true, _ => zero = true };

    public string Format(Rune verb, object? value)
    {
        var plain = Values.Operand(value);
        if (verb.Value == 'v')
        {
            // %+v and %#v are verbs of their own.
            (syntax, plus, sharp) = (sharp, false, false);
        }

        if (verb.Value is 'T')
        {
            return Pad(plain is null ? "<nil>" : Printing.Kind(value));
        }

        if (plain is null)
        {
            return verb.Value == 'v' ? Pad("<nil>") : $"%!{verb}(<nil>)";
        }

        return (plain switch
        {
            string text => String(verb.Value, text),
            long number => Integer(verb.Value, number),
            double number => Real(verb.Value, number),
            bool flag => verb.Value is 't' or 'v' ? Pad(flag ? "true" : "false") : null,
            string[] list => verb.Value == 'v' && syntax
                ? "[]string{" + string.Join(", ", list.Select(i => GoText.Quote(i))) + "}"
                : "[" + string.Join(' ', list.Select(i => Format(verb, i))) + "]",
            System.Text.Json.Nodes.JsonArray array => "[" + string.Join(' ', array.Select(i => Format(verb, i))) + "]",
            _ => verb.Value is 'v' or 's' ? Pad(Values.Text(value)) : null,
        }) ?? $"%!{verb}({Printing.Kind(value)}={Values.Text(value)})";
    }

    private string? String(int verb, string text)
    {
        var cut = Precision is { } precision && precision < text.Length ? string.Concat(text.EnumerateRunes().Take(precision)) : text;
        return verb switch
        {
            'v' when syntax => Pad(GoText.Quote(cut)),
            'v' or 's' => Pad(cut),
            'q' => Pad(sharp && !cut.Contains('`') && cut.All(c => c == '\t' || c >= ' ') ? $"`{cut}`" : GoText.Quote(cut, ascii: plus)),
            'x' => Pad(Hexadecimal(text, "x2", "0x")),
            'X' => Pad(Hexadecimal(text, "X2", "0X")),
            _ => null,
        };
    }

    private string Hexadecimal(string text, string format, string prefix)
    {
        var bytes = Encoding.UTF8.GetBytes(text).Take(Precision ?? int.MaxValue).Select(b => b.ToString(format, CultureInfo.InvariantCulture)).ToList();
        return space ? string.Join(' ', bytes.Select(b => sharp ? prefix + b : b)) : (sharp && bytes.Count > 0 ? prefix : "") + string.Concat(bytes);
    }

    private string? Integer(int verb, long number) => verb switch
    {
        'v' or 'd' => Digits(number, 10, ""),
        'b' => Digits(number, 2, sharp ? "0b" : ""),
        'o' => Digits(number, 8, sharp ? "0" : ""),
        'O' => Digits(number, 8, "0o"),
        'x' => Digits(number, 16, sharp ? "0x" : ""),
        'X' => Digits(number, 16, sharp ? "0X" : "").ToUpperInvariant(),
        'c' => Pad(Rune.IsValid((int)number) ? new Rune((int)number).ToString() : "\uFFFD"),
        'q' => Pad(GoText.QuoteRune((int)number, ascii: plus)),
        'U' => Pad($"U+{number:X4}" + (sharp ? $" '{new Rune((int)number)}'" : "")),
        _ => null,
    };

    private string Digits(long number, int radix, string prefix)
    {
        var (rest, digits) = (BigInteger.Abs(number), new StringBuilder());
        while (rest > 0)
        {
            digits.Insert(0, "0123456789abcdef"[(int)(rest % radix)]);
            rest /= radix;
        }

        var text = digits.Length == 0 && Precision != 0 ? "0" : digits.ToString();
        var sign = number < 0 ? "-" : plus ? "+" : space ? " " : "";
        var wanted = Precision ?? (zero && !Minus && Width is { } width ? width - sign.Length : 0);
        return Pad(sign + prefix + text.PadLeft(Math.Max(0, wanted), '0'), zeroes: false);
    }

    private string? Real(int verb, double number)
    {
        var text = verb switch
        {
            'v' or 'g' => GoFloat.General(number, Precision),
            'G' => GoFloat.General(number, Precision).ToUpperInvariant(),
            'f' or 'F' => number.ToString("F" + (Precision ?? 6), CultureInfo.InvariantCulture),
            'e' => GoFloat.Scientific(number, Precision ?? 6),
            'x' or 'X' => Precision is null ? GoFloat.Hexadecimal(number, upper: verb == 'X') : null,
            'E' => GoFloat.Scientific(number, Precision ?? 6).ToUpperInvariant(),
            _ => null,
        };
        if (text is null)
        {
            return null;
        }

        var sign = text[0] is '-' or '+' ? text[..1] : "";
        text = text[sign.Length..];
        sign = sign == "-" ? sign : plus ? "+" : space ? " " : "";
        return zero && !Minus && Width is { } width && double.IsFinite(number) ? sign + text.PadLeft(Math.Max(0, width - sign.Length), '0') : Pad(sign + text, zeroes: false);
    }

    private string Pad(string text, bool zeroes = true)
    {
        var missing = (Width ?? 0) - text.EnumerateRunes().Count();
        return missing <= 0 ? text : Minus ? text + new string(' ', missing) : new string(zero && zeroes ? '0' : ' ', missing) + text;
    }
}

using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Strings and characters as Go's strconv writes and reads them.</summary>
internal static class GoText
{
    public static string Quote(string text, bool ascii = false)
    {
        var result = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(Escaped(rune, '"', ascii));
        }

        return result.Append('"').ToString();
    }

    public static string QuoteRune(int value, bool ascii = false) => "'" + Escaped(Rune.IsValid(value) ? new Rune(value) : Rune.ReplacementChar, '\'', ascii) + "'";

    /// <summary><c>U+0040 '@'</c>.</summary>
    public static string Describe(Rune rune) => $"U+{rune.Value:X4}" + (IsPrintable(rune) ? $" '{rune}'" : "");

    /// <summary>The value of a quoted literal, raw or not; null when an escape in it is wrong.</summary>
    public static string? Unquote(string literal)
    {
        if (literal[0] == '`')
        {
            return literal[1..^1].Replace("\r", "");
        }

        var text = new StringBuilder();
        for (var i = 1; i < literal.Length - 1;)
        {
            if (literal[i] != '\\')
            {
                text.Append(literal[i++]);
            }
            else if (Escape(literal, ref i, literal[0]) is { } value)
            {
                text.Append(value);
            }
            else
            {
                return null;
            }
        }

        return text.ToString();
    }

    // Reads one escape and steps over it.
    private static string? Escape(string literal, ref int i, char quote)
    {
        var kind = literal[i + 1];
        i += 2;
        switch (kind)
        {
            case 'x' or 'u' or 'U':
                var digits = kind switch { 'x' => 2, 'u' => 4, _ => 8 };
                var text = i + digits < literal.Length ? literal.Substring(i, digits) : "";
                i += digits;
                return int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && (kind == 'x' || Rune.IsValid(code))
                    ? kind == 'x' ? ((char)code).ToString() : new Rune(code).ToString() : null;
            case >= '0' and <= '7' when i + 1 < literal.Length - 1 && literal[i] is >= '0' and <= '7' && literal[i + 1] is >= '0' and <= '7':
                var octal = ((kind - '0') * 64) + ((literal[i] - '0') * 8) + literal[i + 1] - '0';
                i += 2;
                return octal <= 255 ? ((char)octal).ToString() : null;
            default:
                var index = "abfnrtv\\".IndexOf(kind);
                return index >= 0 ? "\a\b\f\n\r\t\v\\"[index].ToString() : kind == quote ? kind.ToString() : null;
        }
    }

    private static string Escaped(Rune rune, char quote, bool ascii)
    {
        var index = rune.IsAscii ? "\a\b\f\n\r\t\v\\".IndexOf((char)rune.Value) : -1;
        return index >= 0 ? "\\" + "abfnrtv\\"[index]
            : rune.Value == quote ? "\\" + quote
            : IsPrintable(rune) && (rune.IsAscii || !ascii) ? rune.ToString()
            : rune.Value < 0x20 || rune.Value == 0x7f ? $"\\x{rune.Value:x2}"
            : rune.Value < 0x10000 ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}";
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || !(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}

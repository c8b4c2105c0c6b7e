using System.Globalization;
using System.Text;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Dockerfiles;

/// <summary>Texts as Go's fmt writes them: image histories and messages carry them.</summary>
internal static class GoText
{
    /// <summary><c>%q</c> of a string.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\v' => quoted.Append("\\v"),
                < ' ' or '\x7f' => quoted.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary><c>%q</c> of a slice: <c>["a" "b"]</c>.</summary>
    public static string Quote(IEnumerable<string> words) => $"[{string.Join(' ', words.Select(Quote))}]";

    /// <summary><c>%v</c> of a slice: <c>[a b]</c>.</summary>
    public static string Plain(IEnumerable<string> words) => $"[{string.Join(' ', words)}]";

    /// <summary><c>%q</c> of a pointer to the health check's struct, as Docker 28 writes it: the retries become a character.</summary>
    public static string Quote(Healthcheck check) =>
        $"&{{{Quote(check.Test)} {Quote(GoDuration.Format(check.Interval))} {Quote(GoDuration.Format(check.Timeout))} "
        + $"{Quote(GoDuration.Format(check.StartPeriod))} {Quote(GoDuration.Format(check.StartInterval))} {QuoteCharacter(check.Retries)}}}";

    private static string QuoteCharacter(int number) => number switch
    {
        '\'' => @"'\''",
        '\\' => @"'\\'",
        '\n' => @"'\n'",
        '\t' => @"'\t'",
        '\r' => @"'\r'",
        '\a' => @"'\a'",
        '\b' => @"'\b'",
        '\f' => @"'\f'",
        '\v' => @"'\v'",
        >= ' ' and < 0x7f => $"'{(char)number}'",
        _ => $"'\\x{number:x2}'",
    };
}

using System.Text;
using Gantry.Compose.Interpolation;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>
/// Reads <c>.env</c> and <c>env_file</c> files by Compose's rules: single quotes are literal, double quotes know escapes,
/// both may span lines; all but single quotes are interpolated; <c># </c> after white space begins a comment.
/// </summary>
internal static class DotEnv
{
    /// <param name="lookup">Variables from outside, which win over earlier lines of the same file.</param>
    /// <returns>Keys in file order; null for a bare key that <paramref name="lookup"/> does not know.</returns>
    public static OrderedDictionary<string, string?> Parse(string text, string file, Func<string, string?> lookup)
    {
        var values = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        var template = new Template(name => lookup(name) ?? values.GetValueOrDefault(name), _ => { });
        var rest = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        var at = 0;
        while (SkipBlank(rest, ref at))
        {
            var line = rest.AsSpan(0, at).Count('\n') + 1;
            var key = Key(rest, ref at, file, line);
            if (at >= rest.Length || rest[at] is '\n' or '#')
            {
                at = LineEnd(rest, at);
                values[key] = lookup(key);
                continue;
            }

            at++;
            try
            {
                values[key] = Value(rest, ref at, template, file, line);
            }
            catch (TemplateException problem)
            {
                throw Fail(file, line, problem.IsFormat ? $"invalid template: \"{problem.Message}\"" : problem.Message);
            }
        }

        return values;
    }

    private static bool SkipBlank(string text, ref int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '#'))
        {
            at = text[at] == '#' ? LineEnd(text, at) : at + 1;
        }

        return at < text.Length;
    }

    // Stops at '=' or ':' or, for a bare key, at the line's end.
    private static string Key(string text, ref int at, string file, int line)
    {
        if (text.AsSpan(at).StartsWith("export ") || text.AsSpan(at).StartsWith("export\t"))
        {
            at += "export ".Length;
        }

        var start = at;
        while (at < text.Length && text[at] is not ('=' or ':' or '\n' or '#'))
        {
            at++;
        }

        var key = text[start..at].Trim();
        return key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '[' or ']')
            ? key
            : throw Fail(file, line, key.Contains(' ') ? "key cannot contain a space" : $"unexpected character \"{key.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c != '_')}\" in variable name \"{key}\"");
    }

    private static string Value(string text, ref int at, Template template, string file, int line)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        var quote = at < text.Length ? text[at] : '\n';
        if (quote is not ('"' or '\''))
        {
            var end = LineEnd(text, at);
            var raw = text[at..end];
            at = end;
            return template.Substitute(WithoutComment(raw).Trim());
        }

        var close = Closing(text, at + 1, quote);
        if (close < 0)
        {
            throw Fail(file, line, $"unterminated quoted value {text[at..LineEnd(text, at)]}");
        }

        var quoted = text[(at + 1)..close];
        at = LineEnd(text, close);
        return quote == '\'' ? quoted : template.Substitute(Unescape(quoted));
    }

    private static int Closing(string text, int at, char quote)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\' && quote == '"')
            {
                at++;
            }
            else if (text[at] == quote)
            {
                return at;
            }
        }

        return -1;
    }

    private static string WithoutComment(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '#' && (i == 0 || char.IsWhiteSpace(value[i - 1])))
            {
                return value[..i];
            }
        }

        return value;
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(text[++i] switch
            {
                'n' => "\n",
                'r' => "\r",
                't' => "\t",
                '"' => "\"",
                '\\' => "\\",
                '$' => "$$",
                var other => "\\" + other,
            });
        }

        return result.ToString();
    }

    private static int LineEnd(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    private static GantryException Fail(string file, int line, string problem) =>
        GantryException.Invalid($"failed to read {file}: line {line}: {problem}");
}

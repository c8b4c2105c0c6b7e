using System.Text;

namespace Gantry.Compose.Interpolation;

/// <summary>Why a template could not be filled in.</summary>
internal sealed class TemplateException(string message, bool isFormat) : Exception(message)
{
    /// <summary>The text itself is malformed, as opposed to a required variable missing.</summary>
    public bool IsFormat { get; } = isFormat;
}

/// <summary>
/// Compose's variable substitution (compose-spec, 12-interpolation.md): <c>$V ${V} ${V:-d} ${V-d} ${V:?e} ${V?e} ${V:+r}
/// ${V+r}</c>, nested in the right-hand side, and <c>$$</c> for a dollar.
/// </summary>
/// <param name="lookup">The variable's value, null when unset.</param>
/// <param name="onUnset">Told of a variable that is unset and has no default.</param>
internal sealed class Template(Func<string, string?> lookup, Action<string> onUnset)
{
    /// <exception cref="TemplateException"/>
    public string Substitute(string text)
    {
        if (!text.Contains('$'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var dollar = text.IndexOf('$', at);
            if (dollar < 0)
            {
                return result.Append(text, at, text.Length - at).ToString();
            }

            result.Append(text, at, dollar - at);
            at = Expand(text, dollar + 1, result);
        }

        return result.ToString();
    }

    // From just behind the dollar; returns where the rest goes on.
    private int Expand(string text, int at, StringBuilder result)
    {
        switch (at < text.Length ? text[at] : '\0')
        {
            case '$':
                result.Append('$');
                return at + 1;
            case '{':
                var end = ClosingBrace(text, at + 1);
                result.Append(Braced(text[(at + 1)..end], text));
                return end + 1;
            case var first when IsNameStart(first):
                var stop = NameEnd(text, at);
                result.Append(Plain(text[at..stop]));
                return stop;
            default:
                throw Malformed(text);
        }
    }

    private string Braced(string expression, string whole)
    {
        var stop = expression.Length > 0 && IsNameStart(expression[0]) ? NameEnd(expression, 0) : throw Malformed(whole);
        var name = expression[..stop];
        var rest = expression.AsSpan(stop);
        if (rest.IsEmpty)
        {
            return Plain(name);
        }

        // A colon makes the empty value count as unset.
        var colon = rest[0] == ':';
        rest = colon ? rest[1..] : rest;
        if (rest.IsEmpty)
        {
            throw Malformed(whole);
        }

        var operation = rest[0];
        var word = rest[1..].ToString();
        var value = lookup(name);
        var present = colon ? !string.IsNullOrEmpty(value) : value is not null;
        return operation switch
        {
            '-' => present ? value! : Substitute(word),
            '+' => present ? Substitute(word) : "",
            '?' => present ? value! : throw new TemplateException(Missing(name, Substitute(word)), isFormat: false),
            _ => throw Malformed(whole),
        };
    }

    private string Plain(string name)
    {
        if (lookup(name) is { } value)
        {
            return value;
        }

        onUnset(name);
        return "";
    }

    private static string Missing(string name, string reason) =>
        reason.Length == 0 ? $"required variable {name} is missing a value" : $"required variable {name} is missing a value: {reason}";

    private static int ClosingBrace(string text, int at)
    {
        var depth = 1;
        for (var i = at; i < text.Length; i++)
        {
            if (text[i] == '$' && i + 1 < text.Length && text[i + 1] is '{' or '$')
            {
                depth += text[i + 1] == '{' ? 1 : 0;
                i++;
            }
            else if (text[i] == '}' && --depth == 0)
            {
                return i;
            }
        }

        throw Malformed(text);
    }

    private static int NameEnd(string text, int at)
    {
        while (at < text.Length && (IsNameStart(text[at]) || char.IsAsciiDigit(text[at])))
        {
            at++;
        }

        return at;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static TemplateException Malformed(string text) => new(text, isFormat: true);
}

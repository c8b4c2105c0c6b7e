using System.Text;
using System.Text.Json;

namespace Gantry.Build.Dockerfiles;

/// <summary>The ways in which instructions split their arguments.</summary>
internal static class Words
{
    private static readonly char[] Blanks = ['\t', '\v', '\f', '\r', ' '];

    /// <summary>At white space, quotes meaning nothing.</summary>
    public static IReadOnlyList<string> Split(string text) => text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>At white space outside quotes; quotes and escapes are kept for the expansion.</summary>
    public static IReadOnlyList<string> SplitQuoted(string text, char escape)
    {
        List<string> words = [];
        var word = new StringBuilder();
        char? quote = null;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is null && char.IsWhiteSpace(c))
            {
                Finish();
                continue;
            }

            if (c == escape && quote != '\'')
            {
                if (i + 1 == text.Length)
                {
                    break;
                }

                word.Append(c).Append(text[++i]);
                continue;
            }

            quoted |= quote is null && c is '"' or '\'';
            quote = quote is null ? (c is '"' or '\'' ? c : null) : c == quote ? null : quote;
            word.Append(c);
        }

        Finish();
        return words;

        void Finish()
        {
            if (word.Length > 0 || quoted)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            quoted = false;
        }
    }

    /// <summary>A JSON array of strings; null when it is not a JSON array at all.</summary>
    /// <exception cref="DockerfileException">For an array with other things in it.</exception>
    public static IReadOnlyList<string>? Json(string text)
    {
        if (!text.TrimStart().StartsWith('['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            List<string> words = [];
            foreach (var element in document.RootElement.EnumerateArray())
            {
                words.Add(element.ValueKind == JsonValueKind.String ? element.GetString()!
                    : throw new DockerfileException("when using JSON array syntax, arrays must be comprised of strings only"));
            }

            return words;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>ENV's and LABEL's arguments: <c>name=value ...</c>, or the old <c>name value</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string text, string instruction, char escape)
    {
        var words = SplitQuoted(text, escape);
        if (words.Count == 0)
        {
            throw new DockerfileException($"{instruction} requires at least one argument");
        }

        if (!words[0].Contains('='))
        {
            var parts = text.Split(Blanks, 2);
            return parts is [var name, var value] ? [new(name, value.TrimStart(Blanks))] : throw new DockerfileException($"{instruction} must have two arguments");
        }

        return [.. words.Select(Pair)];

        KeyValuePair<string, string> Pair(string word) => word.Split('=', 2) switch
        {
            ["", _] => throw new DockerfileException($"{instruction} names can not be blank"),
            [var name, var value] => new(name, value),
            _ => throw new DockerfileException($"Syntax error - can't find = in {GoText.Quote(word)}. Must be of the form: name=value"),
        };
    }
}

using System.Text.RegularExpressions;

namespace Gantry.Build.Dockerfiles;

/// <summary>A here-document: <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-EOF</c> (leading tabs dropped), <c>&lt;&lt;"EOF"</c> (variables kept).</summary>
/// <param name="Content">The lines, each with its newline, as in the file.</param>
internal sealed partial record Heredoc(string Name, string Content, bool Expand, bool Chomp)
{
    /// <summary>The content with the tabs that <c>&lt;&lt;-</c> drops dropped.</summary>
    public string Text => Chomp ? LeadingTabs().Replace(Content, "") : Content;

    /// <summary>The here-documents that a line opens, in order, still without content.</summary>
    public static IReadOnlyList<Heredoc> Find(string line, char escape)
    {
        if (!line.Contains("<<", StringComparison.Ordinal))
        {
            return [];
        }

        try
        {
            var words = new WordExpander(escape) { RawQuotes = true, RawEscapes = true, KeepUnset = true }.ExpandWords(line, _ => null);
            return [.. words.Select(word => TryParse(word, escape)).OfType<Heredoc>()];
        }
        catch (DockerfileException)
        {
            // Unbalanced quotes: the shell's business.
            return [];
        }
    }

    /// <summary>The here-document that a word opens, or null.</summary>
    public static Heredoc? TryParse(string word, char escape = '\\')
    {
        if (Opening().Match(word) is not { Success: true } match || match.Groups["rest"].Value is not { Length: > 0 } rest)
        {
            return null;
        }

        try
        {
            var words = new WordExpander(escape) { KeepUnset = true }.ExpandWords(rest, _ => null);
            var raw = new WordExpander(escape) { KeepUnset = true, RawQuotes = true, RawEscapes = true }.ExpandWords(rest, _ => null);
            return words is [var name] ? new Heredoc(name, "", raw is [var unquoted] && unquoted == name, match.Groups["chomp"].Length > 0) : null;
        }
        catch (DockerfileException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?<fd>[0-9]*)<<(?<chomp>-?)(?<rest>[^<]*)\z")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^\t+", RegexOptions.Multiline)]
    private static partial Regex LeadingTabs();
}

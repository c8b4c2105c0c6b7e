using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Build.Dockerfiles;

/// <summary>One instruction's text on one line, with the here-documents that follow it.</summary>
internal sealed record InstructionLine(string Text, IReadOnlyList<Heredoc> Heredocs, int Line);

/// <summary>A remark that does not stop the build.</summary>
internal sealed record DockerfileWarning(string Message, int Line);

/// <summary>Lines to instructions: parser directives, comments, continuations, here-documents.</summary>
internal sealed partial class DockerfileReader
{
    private readonly string[] lines;
    private readonly HashSet<string> directives = [];
    private int next;
    private bool pastDirectives;

    public DockerfileReader(string text) =>
        lines = (text is ['\uFEFF', ..] ? text[1..] : text).Split('\n');

    public char Escape { get; private set; } = '\\';

    public List<DockerfileWarning> Warnings { get; } = [];

    /// <summary>The line that <see cref="Read"/> is at, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next instruction, or null at the end.</summary>
    /// <exception cref="DockerfileException">At <see cref="Line"/>.</exception>
    public InstructionLine? Read()
    {
        while (next < lines.Length)
        {
            Line = next + 1;
            var line = lines[next++].TrimEnd('\r').TrimStart();
            Directive(line);
            if (line is ['#', ..])
            {
                continue;
            }

            var text = new StringBuilder();
            var continues = Append(text, line);
            if (!continues && text.Length == 0)
            {
                continue;
            }

            if (Continue(text, continues))
            {
                Warnings.Add(new("NoEmptyContinuation: Empty continuation line", Line));
            }

            if (string.IsNullOrWhiteSpace(text.ToString()))
            {
                continue;
            }

            return new InstructionLine(text.ToString(), Heredocs(text.ToString()), Line);
        }

        return null;
    }

    // Returns whether empty lines stood among the continuations.
    private bool Continue(StringBuilder text, bool continues)
    {
        var empty = false;
        while (continues && next < lines.Length)
        {
            var line = lines[next++].TrimEnd('\r');
            var trimmed = line.TrimStart();
            if (trimmed is ['#', ..])
            {
                continue;
            }

            if (trimmed.Length == 0)
            {
                empty |= next < lines.Length;
                continue;
            }

            continues = Append(text, line);
        }

        return empty;
    }

    // Returns whether the line continues on the next.
    private bool Append(StringBuilder text, string line)
    {
        var trimmed = line.TrimEnd(' ', '\t');
        var continues = trimmed.Length > 0 && trimmed[^1] == Escape;
        text.Append(continues ? trimmed[..^1] : line);
        return continues;
    }

    private List<Heredoc> Heredocs(string text)
    {
        if (!TakesHeredocs().IsMatch(text))
        {
            return [];
        }

        List<Heredoc> filled = [];
        foreach (var heredoc in Heredoc.Find(text, Escape))
        {
            filled.Add(heredoc with { Content = Body(heredoc) });
        }

        return filled;
    }

    private string Body(Heredoc heredoc)
    {
        var content = new StringBuilder();
        while (next < lines.Length)
        {
            var line = lines[next++];
            var bare = line.TrimEnd('\r');
            if ((heredoc.Chomp ? bare.TrimStart('\t') : bare) == heredoc.Name)
            {
                return content.ToString();
            }

            content.Append(line).Append('\n');
        }

        throw new DockerfileException("unterminated heredoc");
    }

    private void Directive(string line)
    {
        if (pastDirectives)
        {
            return;
        }

        var match = DirectiveLine().Match(line);
        var name = match.Groups["name"].Value.ToLowerInvariant();
        if (name is not ("syntax" or "escape" or "check"))
        {
            pastDirectives = true;
            return;
        }

        if (!directives.Add(name))
        {
            throw new DockerfileException($"only one {name} parser directive can be used");
        }

        if (name == "escape")
        {
            var value = match.Groups["value"].Value;
            Escape = value is "\\" or "`" ? value[0] : throw new DockerfileException($"invalid escape token '{value}' does not match ` or \\");
        }
    }

    [GeneratedRegex(@"\A#\s*(?<name>[a-zA-Z][a-zA-Z0-9]*)\s*=\s*(?<value>.+?)\s*\z")]
    private static partial Regex DirectiveLine();

    [GeneratedRegex(@"\A\s*(ONBUILD\s+)?(RUN|COPY|ADD)\s", RegexOptions.IgnoreCase)]
    private static partial Regex TakesHeredocs();
}

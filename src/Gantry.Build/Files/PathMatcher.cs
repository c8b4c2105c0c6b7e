using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Files;

/// <summary>
/// Docker's list patterns (.dockerignore, COPY --exclude): <c>*</c>, <c>?</c>, classes, <c>**</c> for any depth, <c>!</c> for
/// exceptions; the last match wins, and a matching directory takes what is below it along.
/// </summary>
internal sealed class PathMatcher
{
    private readonly List<Pattern> patterns = [];
    private readonly ConcurrentDictionary<string, bool[]> directories = new();

    /// <exception cref="DockerfileException">For a malformed pattern.</exception>
    public PathMatcher(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var text = line.Trim();
            if (text.Length == 0)
            {
                continue;
            }

            var exception = text[0] == '!';
            text = exception ? text[1..].Trim() : text;
            if (exception && text.Length == 0)
            {
                throw new DockerfileException("illegal exclusion pattern: \"!\"");
            }

            var clean = SlashPath.Inside(text);
            if (clean.Length == 0)
            {
                // "." and "/" name the root, which cannot be left out.
                continue;
            }

            MatchesGlob(clean, ".");
            patterns.Add(new Pattern(clean, exception));
        }
    }

    /// <exception cref="DockerfileException">"syntax error in pattern".</exception>
    public static bool MatchesGlob(string pattern, string name)
    {
        try
        {
            return GoPattern.Match(pattern, name);
        }
        catch (FormatException error)
        {
            throw new DockerfileException(error.Message);
        }
    }

    public bool IsEmpty => patterns.Count == 0;

    public bool HasExceptions => patterns.Exists(pattern => pattern.IsException);

    /// <summary>Reads an ignore file: comments only at the start of a line, a byte order mark dropped.</summary>
    public static PathMatcher Read(string text) =>
        new((text is ['\uFEFF', ..] ? text[1..] : text).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => !line.StartsWith('#')));

    /// <summary>Whether a clean relative path is matched, or goes with a directory above it.</summary>
    public bool Matches(string path)
    {
        var slash = path.LastIndexOf('/');
        return Evaluate(path, slash < 0 ? [] : Directory(path[..slash])).Matched;
    }

    private bool[] Directory(string path) => directories.GetOrAdd(path, _ =>
    {
        var slash = path.LastIndexOf('/');
        return Evaluate(path, slash < 0 ? [] : Directory(path[..slash])).Patterns;
    });

    // As Docker walks: a pattern that took the directory above takes what is below; one that had no say there has none here
    // through it.
    private (bool Matched, bool[] Patterns) Evaluate(string path, bool[] above)
    {
        var matched = false;
        var results = new bool[patterns.Count];
        for (var i = 0; i < patterns.Count; i++)
        {
            results[i] = (above.Length > 0 && above[i]) || (patterns[i].IsException == matched && patterns[i].Matches(path));
            matched = results[i] ? !patterns[i].IsException : matched;
        }

        return (matched, results);
    }

    private sealed class Pattern(string text, bool exception)
    {
        private readonly Regex? regex = text.AsSpan().IndexOfAny("*?[\\") < 0 ? null : Compile(text);

        public bool IsException => exception;

        public bool Matches(string path) => regex?.IsMatch(path) ?? path == text;

        private static Regex Compile(string text)
        {
            var result = new StringBuilder(@"\A");
            for (var i = 0; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case '*' when i + 1 < text.Length && text[i + 1] == '*':
                        i++;
                        i += i + 1 < text.Length && text[i + 1] == '/' ? 1 : 0;
                        // At the end "**" takes everything; elsewhere any number of directories, even none.
                        result.Append(i + 1 == text.Length ? ".*" : "(.*/)?");
                        break;
                    case '*':
                        result.Append("[^/]*");
                        break;
                    case '?':
                        result.Append("[^/]");
                        break;
                    case '\\' when i + 1 < text.Length:
                        result.Append(Regex.Escape(text[++i].ToString()));
                        break;
                    case '[' or ']' or '-':
                    case '^' when i > 0 && text[i - 1] == '[':
                        result.Append(text[i]);
                        break;
                    default:
                        result.Append(Regex.Escape(text[i].ToString()));
                        break;
                }
            }

            try
            {
                return new Regex(result.Append(@"\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline);
            }
            catch (ArgumentException)
            {
                throw new DockerfileException("syntax error in pattern");
            }
        }
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Client.Builds;

/// <summary>
/// The patterns of a .dockerignore file: Go's <c>filepath.Match</c> plus <c>**</c>, <c>!</c> for exceptions, the last match
/// wins, and a path is also ignored when a parent is (moby <c>patternmatcher</c>).
/// </summary>
public sealed class IgnorePatterns
{
    private readonly List<(Regex Pattern, bool Exception, string Text)> patterns = [];

    private IgnorePatterns()
    {
    }

    public static IgnorePatterns None { get; } = new();

    /// <summary>Whether a path below an ignored directory may still be included.</summary>
    public bool HasExceptions { get; private set; }

    public static IgnorePatterns Parse(IEnumerable<string> lines)
    {
        var result = new IgnorePatterns();
        foreach (var line in lines)
        {
            var pattern = line.TrimStart('\uFEFF');
            if (pattern.StartsWith('#') || (pattern = pattern.Trim()).Length == 0)
            {
                continue;
            }

            var exception = pattern.StartsWith('!');
            pattern = Clean(exception ? pattern[1..].Trim() : pattern);
            if (pattern.Length > 0)
            {
                result.patterns.Add((new Regex(ToRegex(pattern), RegexOptions.CultureInvariant), exception, pattern));
                result.HasExceptions |= exception;
            }
        }

        return result;
    }

    public static IgnorePatterns ReadFile(string path) => File.Exists(path) ? Parse(File.ReadLines(path)) : None;

    /// <param name="path">Relative, with forward slashes.</param>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, exception, _) in patterns)
        {
            if (exception != ignored)
            {
                continue;
            }

            if (MatchesPathOrParent(pattern, path))
            {
                ignored = !exception;
            }
        }

        return ignored;
    }

    private static bool MatchesPathOrParent(Regex pattern, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (pattern.IsMatch(path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    // Go's filepath.Clean on a relative pattern.
    private static string Clean(string pattern)
    {
        var parts = new List<string>();
        foreach (var part in pattern.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    if (i + 1 < pattern.Length && pattern[i + 1] == '/')
                    {
                        i++;
                    }

                    // At the end it means everything below; in front of a name, any depth including none.
                    regex.Append(i + 1 == pattern.Length ? ".*" : "(.*/)?");
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '[' or ']':
                    regex.Append(pattern[i]);
                    break;
                case '-' or '^':
                    regex.Append(pattern[i]);
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return regex.Append('$').ToString();
    }
}

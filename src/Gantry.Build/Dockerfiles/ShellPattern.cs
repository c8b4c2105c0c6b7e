using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Build.Dockerfiles;

/// <summary>The patterns of <c>${v#p}</c>, <c>${v%p}</c> and <c>${v/p/r}</c>: <c>*</c>, <c>?</c> and escapes (POSIX 2.13.1 without brackets).</summary>
internal static class ShellPattern
{
    /// <param name="word">The pattern; a second # in front asks for the longest match.</param>
    public static string TrimPrefix(string value, string word)
    {
        var longest = word is ['#', ..];
        var whole = Compile(longest ? word[1..] : word, @"\A(?:", @")\z");
        var lengths = Enumerable.Range(0, value.Length + 1);
        foreach (var length in longest ? lengths.Reverse() : lengths)
        {
            if (whole.IsMatch(value[..length]))
            {
                return value[length..];
            }
        }

        return value;
    }

    public static string TrimSuffix(string value, string word)
    {
        var longest = word is ['%', ..];
        var whole = Compile(longest ? word[1..] : word, @"\A(?:", @")\z");
        var starts = Enumerable.Range(0, value.Length + 1);
        foreach (var start in longest ? starts : starts.Reverse())
        {
            if (whole.IsMatch(value[start..]))
            {
                return value[..start];
            }
        }

        return value;
    }

    public static string Replace(string value, string pattern, string replacement, bool all)
    {
        var text = replacement.Replace("\\}", "}", StringComparison.Ordinal).Replace("\\/", "/", StringComparison.Ordinal);
        return Compile(pattern, "", "").Replace(value, _ => text, all ? -1 : 1);
    }

    private static Regex Compile(string pattern, string before, string after)
    {
        var regex = new StringBuilder(before);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '\\' when i + 1 < pattern.Length && pattern[i + 1] is '}' or '/' or '*' or '?' or '\\':
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '\\':
                    var escaped = i + 1 < pattern.Length ? pattern[i + 1].ToString() : "";
                    throw new DockerfileException($"invalid pattern ({pattern}) in substitution: invalid escape '\\{escaped}'");
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return new Regex(regex.Append(after).ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }
}

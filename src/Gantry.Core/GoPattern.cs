namespace Gantry.Core;

/// <summary>Go's <c>path.Match</c>: <c>*</c> and <c>?</c> stop at slashes, <c>[a-z]</c>, <c>[^a-z]</c>, backslash escapes.</summary>
public static class GoPattern
{
    /// <summary>Whether a name has wildcards that are not escaped.</summary>
    public static bool HasWildcards(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\')
            {
                i++;
            }
            else if (name[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A name without the backslashes of its escapes.</summary>
    public static string Unescape(string name)
    {
        if (!name.Contains('\\'))
        {
            return name;
        }

        var result = new System.Text.StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            i += name[i] == '\\' && i + 1 < name.Length ? 1 : 0;
            result.Append(name[i]);
        }

        return result.ToString();
    }

    /// <exception cref="FormatException">"syntax error in pattern".</exception>
    public static bool Match(string pattern, string name) => Match(pattern.AsSpan(), name.AsSpan());

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (!pattern.IsEmpty)
        {
            switch (pattern[0])
            {
                case '*':
                    pattern = pattern.TrimStart('*');
                    for (var taken = 0; ; taken++)
                    {
                        if (Match(pattern, name[taken..]))
                        {
                            return true;
                        }

                        if (taken == name.Length || name[taken] == '/')
                        {
                            return false;
                        }
                    }

                case '?' when name.IsEmpty || name[0] == '/':
                    Check(pattern);
                    return false;
                case '?':
                    pattern = pattern[1..];
                    break;
                case '[':
                    var inside = Class(ref pattern, name.IsEmpty ? '\0' : name[0]);
                    if (name.IsEmpty || name[0] == '/' || !inside)
                    {
                        Check(pattern);
                        return false;
                    }

                    break;
                case '\\' when pattern.Length == 1:
                    throw Bad();
                default:
                    pattern = pattern[0] == '\\' ? pattern[1..] : pattern;
                    if (name.IsEmpty || name[0] != pattern[0])
                    {
                        Check(pattern[1..]);
                        return false;
                    }

                    pattern = pattern[1..];
                    break;
            }

            name = name[1..];
        }

        return name.IsEmpty;
    }

    // A bad pattern is an error even when the name already differs.
    private static void Check(ReadOnlySpan<char> pattern)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == '[')
            {
                Class(ref pattern, '\0');
                continue;
            }

            if (pattern[0] == '\\' && pattern.Length == 1)
            {
                throw Bad();
            }

            pattern = pattern[(pattern[0] == '\\' ? 2 : 1)..];
        }
    }

    private static bool Class(ref ReadOnlySpan<char> pattern, char c)
    {
        pattern = pattern[1..];
        var negated = !pattern.IsEmpty && pattern[0] == '^';
        pattern = negated ? pattern[1..] : pattern;
        var matched = false;
        for (var ranges = 0; ; ranges++)
        {
            if (!pattern.IsEmpty && pattern[0] == ']' && ranges > 0)
            {
                pattern = pattern[1..];
                return matched != negated;
            }

            var low = ClassCharacter(ref pattern);
            var high = low;
            if (!pattern.IsEmpty && pattern[0] == '-')
            {
                pattern = pattern[1..];
                high = ClassCharacter(ref pattern);
            }

            matched |= low <= c && c <= high;
        }
    }

    private static char ClassCharacter(ref ReadOnlySpan<char> pattern)
    {
        if (pattern.IsEmpty || pattern[0] is '-' or ']')
        {
            throw Bad();
        }

        pattern = pattern[0] == '\\' ? pattern[1..] : pattern;
        if (pattern.IsEmpty)
        {
            throw Bad();
        }

        var c = pattern[0];
        pattern = pattern[1..];
        return pattern.IsEmpty ? throw Bad() : c;
    }

    private static FormatException Bad() => new("syntax error in pattern");
}

using System.Text.RegularExpressions;
using Gantry.Core;

namespace Gantry.Engine.Containers.Logs;

/// <summary>What the log options <c>labels</c>, <c>env</c>, their <c>-regex</c> forms and <c>tag</c> add to each line, by name in order.</summary>
public static class LogAttributes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <exception cref="GantryException">InvalidArgument: a bad regular expression or template.</exception>
    public static IReadOnlyDictionary<string, string> Of(Container container, bool withTag)
    {
        var options = container.Settings.Host.LogOptions;
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var labels = container.Settings.Labels;
        var env = container.Settings.Env.Select(entry => entry.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]);
        foreach (var (source, option) in new[] { ((IReadOnlyDictionary<string, string>)labels, "labels"), (env, "env") })
        {
            foreach (var name in options.GetValueOrDefault(option, "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (source.TryGetValue(name, out var value))
                {
                    found[name] = value;
                }
            }

            if (options.TryGetValue(option + "-regex", out var pattern) && pattern.Length > 0)
            {
                var expression = Compile(pattern);
                foreach (var (name, value) in source.Where(pair => expression.IsMatch(pair.Key)))
                {
                    found[name] = value;
                }
            }
        }

        if (withTag && LogTag.Expand(container, "") is { Length: > 0 } tag)
        {
            found["tag"] = tag;
        }

        return found;
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexParseException error)
        {
            throw GantryException.Invalid(error.Error == RegexParseError.UnterminatedBracket
                ? $"error parsing regexp: missing closing ]: `{pattern[pattern.LastIndexOf('[')..]}`"
                : $"error parsing regexp: {error.Error}: `{pattern}`");
        }
    }
}

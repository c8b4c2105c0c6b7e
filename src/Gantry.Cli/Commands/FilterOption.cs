using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>Values of <c>--filter name=value</c>.</summary>
internal static class FilterOption
{
    /// <summary>Null when none was given.</summary>
    public static Filters? Parse(IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var filters = new Filters();
        foreach (var (name, value) in values.Where(v => v.Length > 0).Select(Split))
        {
            filters.Add(name, value);
        }

        return filters;
    }

    /// <summary>What was given, and the user's <c>pruneFilters</c> unless a label given here says the opposite.</summary>
    public static Filters ForPruning(CommandContext context, IReadOnlyList<string> values)
    {
        var filters = new Filters();
        foreach (var (name, value) in PairsForPruning(context, values))
        {
            filters.Add(name, value);
        }

        return filters;
    }

    public static IReadOnlyList<(string Name, string Value)> PairsForPruning(CommandContext context, IReadOnlyList<string> values)
    {
        var given = values.Where(v => v.Length > 0).Select(Split).ToList();
        var own = context.Config.Texts("pruneFilters").Select(text => text.Split('=', 2)).Where(parts => parts.Length == 2).Select(parts => (Name: parts[0], Value: parts[1]));
        var opposite = new Dictionary<string, string> { ["label"] = "label!", ["label!"] = "label" };
        return [.. given, .. own.Where(o => !(opposite.TryGetValue(o.Name, out var other) && given.Contains((other, o.Value))))];
    }

    private static (string Name, string Value) Split(string text)
    {
        var equals = text.IndexOf('=');
        return (text[..equals].Trim().ToLowerInvariant(), text[(equals + 1)..].Trim());
    }
}

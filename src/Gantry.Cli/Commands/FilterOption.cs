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
        foreach (var value in values.Where(v => v.Length > 0))
        {
            var equals = value.IndexOf('=');
            if (equals < 0)
            {
                throw new ExitException(125, $"invalid argument \"{value}\" for \"-f, --filter\" flag: invalid filter '{value}'");
            }

            filters.Add(value[..equals].Trim().ToLowerInvariant(), value[(equals + 1)..].Trim());
        }

        return filters;
    }
}

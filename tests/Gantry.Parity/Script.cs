using System.Text.RegularExpressions;

namespace Gantry.Parity;

internal sealed record Section(string Title, IReadOnlyList<Step> Steps);

/// <summary>Reads the list of what is compared; its form is described at the top of <c>engine.txt</c>.</summary>
internal static class Script
{
    /// <summary>What <c>%</c> lines say, joined to one pattern.</summary>
    public static Regex Ignored(string path)
    {
        string[] patterns = [.. File.ReadLines(path).Where(line => line.StartsWith("% ", StringComparison.Ordinal)).Select(line => line[2..].Trim())];
        return new Regex(patterns.Length == 0 ? "$^" : string.Join('|', patterns.Select(pattern => $"({pattern})")));
    }

    /// <summary>What <c>=</c> lines say.</summary>
    public static IReadOnlyList<KnownDifference> Known(string path) =>
        [.. File.ReadLines(path).Where(line => line.StartsWith("= ", StringComparison.Ordinal)).Select(line => KnownDifference.Parse(line[2..]))];

    public static IEnumerable<Section> Read(string path)
    {
        Section? section = null;
        List<Step> steps = [];
        string? reason = null;
        foreach (var line in File.ReadLines(path).Select(line => line.TrimEnd()))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                if (section is not null)
                {
                    yield return section;
                }

                steps = [];
                section = new Section(line[3..], steps);
            }
            else if (line.StartsWith("~ ", StringComparison.Ordinal))
            {
                reason = line[2..];
            }
            else if (line.Length > 0 && line[0] is not ('#' or '%' or '='))
            {
                steps.Add(Step.Parse(line, reason));
                reason = null;
            }
        }

        if (section is not null)
        {
            yield return section;
        }
    }
}

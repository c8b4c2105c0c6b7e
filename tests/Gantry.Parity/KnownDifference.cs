using System.Text.RegularExpressions;

namespace Gantry.Parity;

/// <summary>A line that the two sides are meant to say in different words, wherever it stands: <c>= REASON :: LEFT => RIGHT</c>.</summary>
/// <param name="Left">The whole line of the first side; null when it says nothing there.</param>
/// <param name="Right">The whole line of the second side; null when it says nothing there.</param>
internal sealed record KnownDifference(string Reason, Regex? Left, Regex? Right)
{
    public static KnownDifference Parse(string text)
    {
        if (text.Split(" :: ", 2) is not [var reason, var pair] || pair.Split("=>", 2) is not [var left, var right])
        {
            throw new InvalidDataException($"not of the form 'REASON :: LEFT => RIGHT': {text}");
        }

        return new KnownDifference(reason.Trim(), Whole(left.Trim()), Whole(right.Trim()));
    }

    /// <summary>Takes what this explains out of a difference.</summary>
    /// <returns>True when there was something to take.</returns>
    public bool TakeFrom(List<string> difference)
    {
        var count = difference.Count;
        while (Find(difference, '-', Left) is { } left && Find(difference, '+', Right) is { } right)
        {
            string?[] lines = [Left is null ? null : difference[left], Right is null ? null : difference[right]];
            Array.ForEach(lines, line => _ = line is not null && difference.Remove(line));
        }

        return difference.Count < count;
    }

    // 0 for a side that says nothing, as long as the other one has a line.
    private int? Find(List<string> difference, char sign, Regex? pattern)
    {
        if (pattern is null)
        {
            return 0;
        }

        var index = difference.FindIndex(line => line[0] == sign && pattern.IsMatch(line[2..]));
        return index < 0 ? null : index;
    }

    private static Regex? Whole(string pattern) => pattern.Length == 0 ? null : new Regex($"^(?:{pattern})$");
}

namespace Gantry.Parity;

/// <summary>What to take from one list of lines (-) and add (+) to get the other: a longest common subsequence.</summary>
internal static class LineDifference
{
    public static List<string> Of(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var common = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            for (var j = right.Count - 1; j >= 0; j--)
            {
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        List<string> lines = [];
        var (l, r) = (0, 0);
        while (l < left.Count || r < right.Count)
        {
            if (l < left.Count && r < right.Count && left[l] == right[r])
            {
                (l, r) = (l + 1, r + 1);
            }
            else if (r == right.Count || (l < left.Count && common[l + 1, r] >= common[l, r + 1]))
            {
                lines.Add($"- {left[l++]}");
            }
            else
            {
                lines.Add($"+ {right[r++]}");
            }
        }

        return lines;
    }
}

namespace Gantry.Build.Dockerfiles;

/// <summary>BuildKit's " (did you mean X?)".</summary>
internal static class Suggestion
{
    public static string For(string word, IEnumerable<string> options)
    {
        var best = options.Where(option => option.Length > 0).Select(option => (Option: option, Distance: Distance(word, option))).Where(c => c.Distance is > 0 and < 3).OrderBy(c => c.Distance).FirstOrDefault();
        return best.Option is null ? "" : $" (did you mean {best.Option}?)";
    }

    // Levenshtein.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

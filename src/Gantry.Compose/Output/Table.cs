using System.Text;

namespace Gantry.Compose.Output;

/// <summary>Columns aligned with three spaces between, as Docker prints tables.</summary>
internal static class Table
{
    private const int Gap = 3;

    // docker/cli's tabwriter makes no column narrower.
    private const int Narrowest = 10;

    public static string Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [header, .. rows];
        var widths = Enumerable.Range(0, header.Count).Select(column => Math.Max(Narrowest - Gap, all.Max(row => row[column].EnumerateRunes().Count()))).ToList();
        var text = new StringBuilder();
        foreach (var row in all)
        {
            for (var column = 0; column < row.Count; column++)
            {
                text.Append(row[column]);
                if (column < row.Count - 1)
                {
                    text.Append(' ', widths[column] - row[column].EnumerateRunes().Count() + Gap);
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}

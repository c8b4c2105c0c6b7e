using System.Text;

namespace Gantry.Cli.Formatting;

/// <summary>Go's text/tabwriter with blanks: a column is as wide as its widest cell plus padding, in each run of lines that have it.</summary>
internal sealed class TabWriter(TextWriter output, int minimumWidth = 10, int padding = 3)
{
    private readonly List<string[]> lines = [];

    /// <summary>Adds text; cells end with a tab, the last one of a line does not.</summary>
    public void Write(string text)
    {
        var end = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        foreach (var line in text[..end].Split('\n'))
        {
            lines.Add(line.Split('\t'));
        }
    }

    public void Flush()
    {
        var widths = new int[lines.Count][];
        for (var i = 0; i < lines.Count; i++)
        {
            widths[i] = new int[lines[i].Length - 1];
        }

        Measure(widths, 0, lines.Count, 0);
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            for (var column = 0; column < lines[i].Length; column++)
            {
                var cell = lines[i][column];
                text.Append(cell);
                if (column < widths[i].Length)
                {
                    text.Append(' ', Math.Max(0, widths[i][column] - Width(cell)));
                }
            }

            text.Append('\n');
        }

        output.Write(text.ToString());
        lines.Clear();
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();

    private void Measure(int[][] widths, int from, int to, int column)
    {
        for (var line = from; line < to; line++)
        {
            if (column >= widths[line].Length)
            {
                continue;
            }

            var end = line;
            var width = minimumWidth;
            while (end < to && column < widths[end].Length)
            {
                width = Math.Max(width, Width(lines[end][column]) + padding);
                end++;
            }

            for (var i = line; i < end; i++)
            {
                widths[i][column] = width;
            }

            Measure(widths, line, end, column + 1);
            line = end;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gantry.Compose.Output;

/// <summary>A list of what is being done, redrawn in place while it changes.</summary>
internal sealed class TerminalProgress : Progress
{
    private const string Spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter output;
    private readonly string title;
    private readonly bool color;
    private readonly Func<int> width;
    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, Line> lines = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Task drawing;
    private int drawn;
    private int frame;

    public TerminalProgress(TextWriter output, string title, bool color, Func<int> width)
    {
        (this.output, this.title, this.color, this.width) = (output, title, color, width);
        drawing = DrawAsync();
    }

    private sealed record Line(string Status, ProgressState State, long Start, TimeSpan? Took);

    public override void Report(string subject, string status, ProgressState state)
    {
        lock (gate)
        {
            var start = lines.GetValueOrDefault(subject)?.Start ?? Stopwatch.GetTimestamp();
            lines[subject] = new Line(status, state, start, state == ProgressState.Working ? null : Stopwatch.GetElapsedTime(start));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Draw();
        stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DrawAsync()
    {
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
        {
            Draw();
        }
    }

    private void Draw()
    {
        lock (gate)
        {
            if (lines.Count == 0)
            {
                return;
            }

            var text = new StringBuilder();
            text.Append(drawn > 0 ? $"\e[{drawn}A" : "").Append("\e[?25l");
            var done = lines.Values.Count(line => line.State != ProgressState.Working);
            text.Append($"\e[2K[+] {title} {done}/{lines.Count}\n");
            var longest = lines.Keys.Max(key => key.Length);
            foreach (var (subject, line) in lines)
            {
                text.Append("\e[2K").Append(Row(subject, line, longest)).Append('\n');
            }

            text.Append("\e[?25h");
            drawn = lines.Count + 1;
            frame++;
            output.Write(text.ToString());
            output.Flush();
        }
    }

    private string Row(string subject, Line line, int longest)
    {
        var (mark, code) = line.State switch
        {
            ProgressState.Done => ("✔", "32"),
            ProgressState.Warning => ("!", "33"),
            ProgressState.Failed => ("✘", "31"),
            _ => (Spinner[frame % Spinner.Length].ToString(), "36"),
        };
        var took = line.Took ?? Stopwatch.GetElapsedTime(line.Start);
        var row = $" {subject.PadRight(longest)}  {line.Status}";
        var time = took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";
        var room = Math.Max(20, width() - 4 - time.Length);
        row = (row.Length > room ? row[..room] : row).PadRight(Math.Min(room, longest + 24));
        return color ? $" \e[{code}m{mark}\e[0m{row} \e[34m{time}\e[0m" : $" {mark}{row} {time}";
    }
}

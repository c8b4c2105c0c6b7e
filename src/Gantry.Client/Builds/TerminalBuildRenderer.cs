using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Api;
using Gantry.Api.Images;

namespace Gantry.Client.Builds;

/// <summary>BuildKit's terminal progress: all steps with their seconds, the last lines of what runs below them, redrawn in place.</summary>
public sealed class TerminalBuildRenderer(TextWriter output, Func<int> width) : BuildRenderer
{
    private const int ShownLines = 6;
    private const int KeptLines = 20;

    private readonly SortedDictionary<int, Step> steps = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly List<string> warnings = [];
    private long lastDraw = long.MinValue;
    private int drawnLines;
    private bool finished;
    private bool failed;

    public override void Render(BuildEventMessage happened)
    {
        if (!steps.TryGetValue(happened.Step, out var step) && happened.Type != "warning")
        {
            steps[happened.Step] = step = new Step(happened.Name ?? $"step {happened.Step}");
        }

        switch (happened.Type)
        {
            case "output":
                step!.Append(Encoding.UTF8.GetString(happened.Bytes ?? []));
                break;
            case "completed":
                step!.End(happened.Cached ? "CACHED " : "", happened.Seconds);
                break;
            case "failed":
                step!.End("ERROR ", happened.Seconds);
                step.Failed = true;
                break;
            case "warning":
                warnings.Add(happened.Message ?? "");
                break;
        }

        Draw(force: happened.Type != "output");
    }

    public override void Text(string text) => output.Write(text);

    public override void Status(string? id, string status, ProgressDetail? progress)
    {
    }

    public override void Fail(string message)
    {
        failed = true;
        Draw(force: true);
        foreach (var step in steps.Values.Where(s => s.Failed))
        {
            output.WriteLine("------");
            output.WriteLine($" > {step.Name}:");
            foreach (var line in step.Lines)
            {
                output.WriteLine(line);
            }

            output.WriteLine("------");
        }

        output.Flush();
    }

    public override void Finish(string? image)
    {
        finished = true;
        Draw(force: true);
        foreach (var warning in warnings)
        {
            output.WriteLine(" ! " + warning);
        }

        output.Flush();
    }

    // Ten pictures a second are enough, and a flood of output must not wait for the terminal.
    private void Draw(bool force)
    {
        if (!force && watch.ElapsedMilliseconds - lastDraw < 100)
        {
            return;
        }

        lastDraw = watch.ElapsedMilliseconds;
        var columns = Math.Max(40, width());
        var lines = new List<string> { Heading() };
        foreach (var step in steps.Values)
        {
            lines.Add(Columns(step, columns));
            if (!step.Ended)
            {
                lines.AddRange(step.Lines.TakeLast(ShownLines).Select(l => Cut("    " + l, columns)));
            }
        }

        var text = new StringBuilder("\e[?25l");
        if (drawnLines > 0)
        {
            text.Append("\e[").Append(drawnLines).Append('A');
        }

        foreach (var line in lines)
        {
            text.Append('\r').Append(line).Append("\e[0m\e[K\n");
        }

        text.Append("\e[J\e[?25h");
        drawnLines = lines.Count;
        output.Write(text.ToString());
        output.Flush();
    }

    private string Heading()
    {
        var state = failed ? " FAILED" : finished ? " FINISHED" : "";
        return $"[+] Building {Seconds(watch.Elapsed.TotalSeconds)}s ({steps.Values.Count(s => s.Ended)}/{steps.Count}){state}";
    }

    private static string Columns(Step step, int columns)
    {
        var time = Seconds(step.Seconds) + "s";
        var name = Cut($" => {step.Mark}{step.Name}", columns - time.Length - 1);
        var colour = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? "" : step.Failed ? "\e[31m" : step.Ended ? "\e[34m" : "";
        return colour + name.PadRight(columns - time.Length - 1) + time;
    }

    private static string Cut(string text, int columns) => text.Length <= columns ? text : text[..columns];

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed class Step(string name)
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private double? seconds;
        private string pending = "";

        public string Name => name;

        public string Mark { get; private set; } = "";

        public bool Ended { get; private set; }

        public bool Failed { get; set; }

        public double Seconds => seconds ?? watch.Elapsed.TotalSeconds;

        public Queue<string> Lines { get; } = new();

        public void Append(string text)
        {
            var parts = (pending + text).Split('\n');
            pending = parts[^1];
            foreach (var line in parts[..^1])
            {
                Lines.Enqueue(line.TrimEnd('\r')[(line.TrimEnd('\r').LastIndexOf('\r') + 1)..]);
                if (Lines.Count > KeptLines)
                {
                    Lines.Dequeue();
                }
            }
        }

        public void End(string mark, double? after)
        {
            Mark = mark;
            seconds = after ?? watch.Elapsed.TotalSeconds;
            Ended = true;
        }
    }
}

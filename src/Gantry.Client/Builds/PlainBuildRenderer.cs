using System.Globalization;
using System.Text;
using Gantry.Api;
using Gantry.Api.Images;

namespace Gantry.Client.Builds;

/// <summary>BuildKit's plain progress: <c>#3 [api 2/5] RUN ...</c>, its output with seconds in front, <c>DONE</c>, <c>CACHED</c> or <c>ERROR</c>.</summary>
public sealed class PlainBuildRenderer(TextWriter output) : BuildRenderer
{
    private const int KeptLines = 20;

    private readonly Dictionary<int, Step> steps = [];
    private readonly HashSet<string> statuses = [];
    private int current;
    private Step? failed;

    public override void Render(BuildEventMessage happened)
    {
        switch (happened.Type)
        {
            case "started":
                steps[happened.Step] = new Step(happened.Name ?? $"step {happened.Step}");
                SwitchTo(happened.Step);
                break;
            case "output":
                Output(happened.Step, happened.Bytes ?? []);
                break;
            case "completed":
                EndLine(happened.Step);
                Line(happened.Step, happened.Cached ? "CACHED" : $"DONE {Seconds(happened.Seconds ?? Of(happened.Step).Elapsed)}s");
                Close();
                break;
            case "failed":
                EndLine(happened.Step);
                Line(happened.Step, "ERROR: " + happened.Message);
                failed = Of(happened.Step);
                Close();
                break;
            case "warning":
                output.WriteLine("WARN: " + happened.Message);
                break;
        }

        output.Flush();
    }

    public override void Text(string text)
    {
        output.Write(text);
        output.Flush();
    }

    public override void Status(string? id, string status, ProgressDetail? progress)
    {
        var line = id is null ? status : $"{id}: {status}";
        if (progress is not { Current: > 0 } && statuses.Add(line))
        {
            output.WriteLine(line);
        }
    }

    public override void Fail(string message)
    {
        if (failed is { } step)
        {
            output.WriteLine("------");
            output.WriteLine($" > {step.Name}:");
            foreach (var line in step.LastLines)
            {
                output.WriteLine(line);
            }

            output.WriteLine("------");
        }

        output.Flush();
    }

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    private Step Of(int step) => steps.TryGetValue(step, out var known) ? known : steps[step] = new Step($"step {step}");

    private void SwitchTo(int step)
    {
        if (current == step)
        {
            return;
        }

        if (current != 0)
        {
            output.WriteLine($"#{current} ...");
            output.WriteLine();
        }

        current = step;
        output.WriteLine($"#{step} {Of(step).Name}");
    }

    private void Close()
    {
        output.WriteLine();
        current = 0;
    }

    private void Line(int step, string text)
    {
        SwitchTo(step);
        output.WriteLine($"#{step} {text}");
    }

    private void Output(int number, byte[] bytes)
    {
        var step = Of(number);
        step.Pending.Append(step.Decode(bytes));
        while (step.Pending.ToString() is var text && text.IndexOf('\n') is >= 0 and var end)
        {
            step.Pending.Remove(0, end + 1);
            OutputLine(number, step, text[..end].TrimEnd('\r'));
        }
    }

    private void OutputLine(int number, Step step, string text)
    {
        var line = step.Elapsed.ToString("0.000", CultureInfo.InvariantCulture) + " " + text;
        step.LastLines.Enqueue(line);
        if (step.LastLines.Count > KeptLines)
        {
            step.LastLines.Dequeue();
        }

        Line(number, line);
    }

    private void EndLine(int number)
    {
        var step = Of(number);
        if (step.Pending.Length > 0)
        {
            OutputLine(number, step, step.Pending.ToString());
            step.Pending.Clear();
        }
    }

    private sealed class Step(string name)
    {
        private readonly System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

        public string Name => name;

        public double Elapsed => watch.Elapsed.TotalSeconds;

        public StringBuilder Pending { get; } = new();

        public Queue<string> LastLines { get; } = new();

        // A character may be split between two pieces.
        public string Decode(byte[] bytes)
        {
            var characters = new char[decoder.GetCharCount(bytes, flush: false)];
            decoder.GetChars(bytes, characters, flush: false);
            return new string(characters);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Solve;

/// <summary>One stage's voice: numbers its steps and names them as BuildKit does.</summary>
internal sealed class StepReporter(IPacedProgress progress, BuildPlan plan, StagePlan stage, char escape)
{
    private readonly int vertices = stage.Vertices;
    private int step = stage.FirstStep - 1;
    private int vertex;
    private long started;

    /// <summary>The stage's FROM begins.</summary>
    public void StartFrom(string baseName) => Start($"FROM {baseName}", stage.From.Text, hasVertex: stage.Base is Source.OfImage, "");

    public void Start(Instruction instruction, StageState state)
    {
        var heredoc = instruction is RunInstruction { Command: { Heredocs: [var first, ..], Words: [var word] } } && Heredoc.TryParse(word) is not null ? $" ({Summary(first)})" : "";
        Start(Expand(instruction.Text, state) + heredoc, instruction.Text, StagePlan.MakesLayer(instruction), instruction.IsTrigger ? "ONBUILD " : "");
    }

    public ValueTask OutputAsync(LogStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        progress.Report(new BuildEvent.StepOutput(step, stream, bytes.ToArray()));
        return progress.PaceAsync(cancellationToken);
    }

    public void Complete(bool cached, Digest? layer, Digest state) =>
        progress.Report(new BuildEvent.StepCompleted(step, cached, layer, Stopwatch.GetElapsedTime(started)) { State = state });

    public void Fail(string message) => progress.Report(new BuildEvent.StepFailed(step, message));

    private static string Summary(Heredoc heredoc)
    {
        var lines = heredoc.Content.Trim().Split('\n');
        return lines[0].TrimEnd('\r') + (lines.Length > 1 ? "..." : "");
    }

    private void Start(string text, string written, bool hasVertex, string trigger)
    {
        (text, written) = (UrlCredentials.Redact(text), UrlCredentials.Redact(written));
        step++;
        vertex += hasVertex ? 1 : 0;
        started = Stopwatch.GetTimestamp();
        var number = hasVertex ? vertex.ToString(CultureInfo.InvariantCulture).PadLeft(vertices.ToString(CultureInfo.InvariantCulture).Length) + "/" + vertices : "";
        var label = string.Join(' ', new[] { stage.DisplayName, number }.Where(part => part.Length > 0));
        progress.Report(new BuildEvent.StepStarted(step, plan.Steps, stage.DisplayName, (label.Length > 0 ? $"[{label}] " : "") + trigger + Uppercase(text), Uppercase(written)) { HasVertex = hasVertex });
    }

    private string Expand(string text, StageState state)
    {
        try
        {
            return new WordExpander(escape) { RawQuotes = true, RawEscapes = true, KeepUnset = true }.Expand(text, state.Variable);
        }
        catch (DockerfileException)
        {
            return text;
        }
    }

    private static string Uppercase(string text) => text.IndexOf(' ') is > 0 and var blank ? text[..blank].ToUpperInvariant() + text[blank..] : text;
}

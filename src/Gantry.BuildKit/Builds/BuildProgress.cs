using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Gantry.Build;
using Gantry.BuildKit.Messages;
using Gantry.Core;
using Google.Protobuf;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Gantry.BuildKit.Builds;

/// <summary>A build's events as BuildKit's clients want them: vertices that begin and end, with their statuses and logs.</summary>
/// <param name="build">Makes the vertices of one build different from another's: clients show several at once.</param>
internal sealed class BuildProgress(string build, TimeProvider clock) : IProgress<BuildEvent>
{
    // As BuildKit: a step that floods its log is cut off, so that what nobody reads has a bound.
    private const int MaxLogPerStep = 2 << 20;

    private readonly Channel<StatusResponse> updates = Channel.CreateUnbounded<StatusResponse>();
    private readonly Dictionary<int, Vertex> steps = [];
    private readonly Dictionary<int, int> logged = [];
    private readonly Lock gate = new();
    private readonly Dictionary<string, VertexStatus> pulled = [];
    private Vertex? definition;
    private Vertex? pull;

    public IAsyncEnumerable<StatusResponse> ReadAllAsync(CancellationToken cancellationToken) => updates.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Ends the stream.</summary>
    public void Complete()
    {
        lock (gate)
        {
            EndPull();
        }

        updates.Writer.TryComplete();
    }

    /// <summary>Runs a piece of work as a vertex of its own.</summary>
    public async Task<T> RunAsync<T>(string name, Func<ProgressVertex, Task<T>> work)
    {
        var vertex = Start(name, name);
        definition ??= vertex;
        try
        {
            var result = await work(new ProgressVertex(vertex.Digest, Now, Send));
            Finish(vertex);
            return result;
        }
        catch (Exception e)
        {
            Finish(vertex, e.Message);
            throw;
        }
    }

    public void Report(BuildEvent value)
    {
        lock (gate)
        {
            if (value is not BuildEvent.PullProgress)
            {
                EndPull();
            }

            switch (value)
            {
                case BuildEvent.PullProgress line:
                    Pull(line);
                    break;
                case BuildEvent.StepStarted { HasVertex: true } step:
                    steps[step.Step] = Start(step.Step.ToString(CultureInfo.InvariantCulture), step.Name);
                    break;
                case BuildEvent.StepOutput output when steps.TryGetValue(output.Step, out var vertex):
                    Log(output, vertex);
                    break;
                case BuildEvent.StepCompleted step when steps.Remove(step.Step, out var vertex):
                    vertex.Cached = step.Cached;
                    Finish(vertex);
                    break;
                case BuildEvent.StepFailed step when steps.Remove(step.Step, out var vertex):
                    Finish(vertex, FailureText.OfStep(step.Message));
                    break;
                case BuildEvent.Warning warning:
                    Warn(warning);
                    break;
            }
        }
    }

    private Timestamp Now() => Timestamp.FromDateTimeOffset(clock.GetUtcNow());

    private Vertex Start(string key, string name)
    {
        var vertex = new Vertex { Digest = Digest.Of(Encoding.UTF8.GetBytes($"{build}/{key}")).ToString(), Name = name, Started = Now() };
        Send(new StatusResponse { Vertexes = { vertex.Clone() } });
        return vertex;
    }

    private void Finish(Vertex vertex, string error = "")
    {
        vertex.Completed = Now();
        vertex.Error = error;
        Send(new StatusResponse { Vertexes = { vertex.Clone() } });
    }

    // Base images come before the first step, all in one vertex.
    private void Pull(BuildEvent.PullProgress line)
    {
        pull ??= Start("pull", "[internal] pull base images");
        var id = line.Id ?? line.Status;
        if (!pulled.TryGetValue(id, out var status))
        {
            pulled[id] = status = new VertexStatus { ID = id, Name = id, Vertex = pull.Digest, Started = Now() };
        }

        status.Timestamp = Now();
        (status.Current, status.Total) = line.Bytes ?? (status.Current, status.Total);
        Send(new StatusResponse { Statuses = { status.Clone() } });
    }

    private void EndPull()
    {
        if (pull is null)
        {
            return;
        }

        foreach (var status in pulled.Values)
        {
            status.Completed = status.Timestamp = Now();
            Send(new StatusResponse { Statuses = { status.Clone() } });
        }

        Finish(pull);
        pulled.Clear();
        pull = null;
    }

    private void Log(BuildEvent.StepOutput output, Vertex vertex)
    {
        var before = logged.GetValueOrDefault(output.Step);
        if (before >= MaxLogPerStep)
        {
            return;
        }

        var after = logged[output.Step] = before + output.Bytes.Length;
        var text = after < MaxLogPerStep ? ByteString.CopyFrom(output.Bytes.Span) : ByteString.CopyFromUtf8("\n[output clipped, log limit 2MiB reached]\n");
        Send(new StatusResponse { Logs = { new VertexLog { Vertex = vertex.Digest, Timestamp = Now(), Stream = output.Stream == LogStream.Stdout ? 1 : 2, Msg = text } } });
    }

    private void Warn(BuildEvent.Warning warning)
    {
        var text = warning.Message + (warning.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $" (line {warning.Line})") : "");
        Send(new StatusResponse { Warnings = { new VertexWarning { Vertex = definition?.Digest ?? "", Level = 1, Short = ByteString.CopyFromUtf8(text) } } });
    }

    private void Send(StatusResponse update) => updates.Writer.TryWrite(update);
}

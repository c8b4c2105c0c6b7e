using Gantry.BuildKit.Messages;
using Google.Protobuf.WellKnownTypes;

namespace Gantry.BuildKit.Builds;

/// <summary>A vertex under way, for its own lines: <c>transferring context: 2kB</c>.</summary>
internal sealed class ProgressVertex(string digest, Func<Timestamp> now, Action<StatusResponse> send)
{
    /// <summary>Begins a line.</summary>
    public VertexStatus Start(string text)
    {
        var status = new VertexStatus { ID = text, Name = text, Vertex = digest, Started = now() };
        Send(status);
        return status;
    }

    public void Update(VertexStatus status, long current)
    {
        status.Current = current;
        Send(status);
    }

    public void Complete(VertexStatus status)
    {
        status.Completed = now();
        Send(status);
    }

    private void Send(VertexStatus status)
    {
        status.Timestamp = now();
        send(new StatusResponse { Statuses = { status.Clone() } });
    }
}

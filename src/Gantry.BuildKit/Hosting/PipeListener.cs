using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.BuildKit.Hosting;

/// <summary>Hands connections that exist already to Kestrel, as if they had been accepted.</summary>
internal sealed class PipeListener : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<ConnectionContext> accepted = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint { get; } = new PipeEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is PipeEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>Serves a connection; completes when Kestrel is done with it.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken ended)
    {
        await using var connection = new StreamConnection(stream, ended);
        if (accepted.Writer.TryWrite(connection))
        {
            await connection.Done;
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (accepted.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class PipeEndPoint : EndPoint
    {
        public override string ToString() => "hijacked connections";
    }

    private sealed class StreamConnection : ConnectionContext, IDuplexPipe
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource closed;

        public StreamConnection(Stream stream, CancellationToken ended)
        {
            closed = CancellationTokenSource.CreateLinkedTokenSource(ended);
            ConnectionClosed = closed.Token;
            Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
            Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
            closed.Token.Register(Input.CancelPendingRead);
        }

        public Task Done => done.Task;

        public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

        public override IDuplexPipe Transport
        {
            get => this;
            set => throw new NotSupportedException();
        }

        public override CancellationToken ConnectionClosed { get; set; }

        public PipeReader Input { get; }

        public PipeWriter Output { get; }

        public override void Abort(ConnectionAbortedException abortReason) => closed.Cancel();

        // Kestrel disposes it when it is done, and so does who waits for that.
        public override ValueTask DisposeAsync()
        {
            done.TrySetResult();
            closed.Dispose();
            return base.DisposeAsync();
        }
    }
}

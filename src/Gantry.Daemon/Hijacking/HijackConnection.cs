using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Hijacking;

/// <summary>
/// The connection as Kestrel sees it: the real one until a handler hijacks it, a closed one afterwards. It also owns the
/// connection's end: Kestrel takes a client's half-close for its death and drops the output, here the two are told apart.
/// </summary>
/// <remarks>Docker's protocol needs what Kestrel's upgrade cannot give: an upgrade of requests with a body, raw 200 answers, half-close.</remarks>
internal sealed class HijackConnection : ConnectionContext, IHijackFeature, IDuplexPipe, IAsyncDisposable
{
    // A half-closed client that dies silently is noticed this late; one that is written to, at once.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private const int KeepAliveSeconds = 15;

    private readonly ConnectionContext inner;
    private readonly CancellationToken stopping;
    private readonly CancellationTokenSource closed = new();
    private readonly CancellationTokenSource disposed = new();
    private readonly CancellationTokenRegistration closedRegistration;
    private readonly HijackablePipeReader input;
    private readonly HijackablePipeWriter output;
    private CancellationTokenSource? ended;
    private volatile bool hijacked;
    private Task watch = Task.CompletedTask;

    /// <param name="stopping">The daemon's end: hijacked connections are given up then.</param>
    public HijackConnection(ConnectionContext inner, CancellationToken stopping)
    {
        this.inner = inner;
        this.stopping = stopping;
        input = new HijackablePipeReader(inner.Transport.Input);
        output = new HijackablePipeWriter(inner.Transport.Output);
        ConnectionClosed = closed.Token;
        inner.Features.Set<IHijackFeature>(this);
        if (Socket is { AddressFamily: not AddressFamily.Unix } tcp)
        {
            tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            tcp.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            tcp.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
        }

        closedRegistration = inner.ConnectionClosed.Register(static self => ((HijackConnection)self!).OnInputEnded(), this);
    }

    public override string ConnectionId
    {
        get => inner.ConnectionId;
        set => inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => inner.Items;
        set => inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => this;
        set => throw new NotSupportedException();
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public bool InRequest
    {
        set => input.InRequest = value;
    }

    public PipeReader Input => input;

    public PipeWriter Output => output;

    public HijackedStream Hijack()
    {
        hijacked = true;
        input.Detach();
        output.Detach();
        ended = CancellationTokenSource.CreateLinkedTokenSource(closed.Token, stopping);

        // What came right behind the request may count as examined already: make the first read look again.
        inner.Transport.Input.CancelPendingRead();
        return new HijackedStream(inner.Transport, ended.Token);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        // Kestrel aborts what it thinks is a broken HTTP exchange; a hijacked connection is no longer its business.
        if (!hijacked || stopping.IsCancellationRequested)
        {
            inner.Abort(abortReason);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await closedRegistration.DisposeAsync();
        await disposed.CancelAsync();
        await watch;
        ended?.Dispose();
        closed.Dispose();
        disposed.Dispose();
        await base.DisposeAsync();
    }

    private void OnInputEnded()
    {
        if (!disposed.IsCancellationRequested)
        {
            watch = WatchPeerAsync();
        }
    }

    private async Task WatchPeerAsync()
    {
        try
        {
            // TCP does not tell a half-close from an end. A request whose client closes is given up, but one that was sent
            // and closed in one breath gets the time to be hijacked.
            if (Socket is { AddressFamily: not AddressFamily.Unix })
            {
                await Task.Delay(ProbeInterval, disposed.Token);
            }

            while (await IsPeerThereAsync())
            {
                await Task.Delay(ProbeInterval, disposed.Token);
            }

            await closed.CancelAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private Socket? Socket => inner.Features.Get<IConnectionSocketFeature>()?.Socket;

    // An empty send transmits nothing, yet fails once an AF_UNIX peer is gone, and succeeds after a mere half-close (unix(7)).
    // Over TCP it fails once a reset came, which keep-alive probes bring about; over TLS a half-close is an alert
    // (RFC 8446 6.1), so that the end of the bytes below is the client's.
    private async ValueTask<bool> IsPeerThereAsync()
    {
        if (Socket is not { } socket || (socket.AddressFamily != AddressFamily.Unix && (!hijacked || inner.Features.Get<ITlsHandshakeFeature>() is not null)))
        {
            return false;
        }

        try
        {
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, SocketFlags.None, disposed.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}

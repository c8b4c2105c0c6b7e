using System.Net.Sockets;
using Gantry.Client.Http;

namespace Gantry.Client.Streams;

/// <summary>A connection taken over from HTTP: raw bytes both ways, each direction closed on its own (attach, exec).</summary>
public sealed class HijackedStream : ReadOnlyStream
{
    private readonly HttpConnection connection;

    internal HijackedStream(HttpConnection connection, string? contentType)
    {
        this.connection = connection;
        ContentType = contentType ?? "";
    }

    /// <summary><c>application/vnd.docker.raw-stream</c> or <c>application/vnd.docker.multiplexed-stream</c>; old daemons always say raw.</summary>
    public string ContentType { get; }

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.Stream.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => connection.Stream.Write(buffer, offset, count);

    /// <summary>Tells the other side that no more input comes; its output still arrives.</summary>
    public async Task CloseWriteAsync()
    {
        try
        {
            await connection.CloseWriteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side is gone already, which is as good.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }
}

using System.Globalization;
using System.Text;

namespace Gantry.Client.Http;

/// <summary>Writes a request body in chunks (RFC 9112 7.1), gathering small writes.</summary>
internal sealed class ChunkedWriteStream(Stream inner) : Stream
{
    // Room for the chunk's length before the data and the line end behind it.
    private const int HeadRoom = 10;
    private const int Capacity = 64 * 1024;

    private readonly byte[] buffer = new byte[HeadRoom + Capacity + 2];
    private int used;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        while (!source.IsEmpty)
        {
            var count = Math.Min(source.Length, Capacity - used);
            source[..count].CopyTo(buffer.AsMemory(HeadRoom + used));
            used += count;
            source = source[count..];
            if (used == Capacity)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (used == 0)
        {
            return;
        }

        var head = Encoding.ASCII.GetBytes(used.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        head.CopyTo(buffer, HeadRoom - head.Length);
        "\r\n"u8.CopyTo(buffer.AsSpan(HeadRoom + used));
        var chunk = buffer.AsMemory(HeadRoom - head.Length, head.Length + used + 2);
        used = 0;
        await inner.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
    }

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Ends the body; the connection stays open.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await inner.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

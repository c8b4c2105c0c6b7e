using Gantry.Core;

namespace Gantry.Daemon.Authorization;

/// <summary>
/// An answer's body, held back until it was checked: when it is flushed the first time, grows over 64 KiB, or is complete. From
/// then on it streams. After a refusal everything is thrown away.
/// </summary>
internal sealed class WithheldBody(Stream inner, Func<ReadOnlyMemory<byte>, Task> check) : Stream
{
    private const int Most = 64 << 10;
    private readonly MemoryStream held = new();
    private bool released;

    public GantryException? Refusal { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Checks what is there so far and lets it go. Idempotent.</summary>
    public async Task ReleaseAsync()
    {
        if (released)
        {
            return;
        }

        released = true;
        var body = held.GetBuffer().AsMemory(0, (int)held.Length);
        try
        {
            await check(body);
        }
        catch (GantryException refusal)
        {
            Refusal = refusal;
            return;
        }

        if (!body.IsEmpty)
        {
            await inner.WriteAsync(body);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!released)
        {
            held.Write(buffer.Span);
            if (held.Length > Most)
            {
                await ReleaseAsync();
            }
        }
        else if (Refusal is null)
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        else
        {
            throw Refusal;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await ReleaseAsync();
        if (Refusal is null)
        {
            await inner.FlushAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

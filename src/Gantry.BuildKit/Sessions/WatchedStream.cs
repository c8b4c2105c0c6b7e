using Gantry.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>Tells when the other side has ended the stream, or it is broken or disposed.</summary>
internal sealed class WatchedStream(Stream inner, TaskCompletionSource ended) : DuplexStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            // A read for nothing waits for something; there is no need to here.
            var count = buffer.IsEmpty ? 0 : await inner.ReadAsync(buffer, cancellationToken);
            if (count == 0 && !buffer.IsEmpty)
            {
                ended.TrySetResult();
            }

            return count;
        }
        catch
        {
            ended.TrySetResult();
            throw;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        ended.TrySetResult();
        base.Dispose(disposing);
    }
}

using System.IO.Pipelines;

namespace Gantry.Daemon.Hijacking;

/// <summary>Writes the real connection until detached, then nowhere: Kestrel's own end of a hijacked response must not reach the client.</summary>
internal sealed class HijackablePipeWriter(PipeWriter inner) : PipeWriter
{
    private volatile bool detached;
    private byte[] scratch = [];

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => detached ? 0 : inner.UnflushedBytes;

    public void Detach() => detached = true;

    public override void Advance(int bytes)
    {
        if (!detached)
        {
            inner.Advance(bytes);
        }
    }

    public override void CancelPendingFlush()
    {
        if (!detached)
        {
            inner.CancelPendingFlush();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!detached)
        {
            inner.Complete(exception);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        detached ? new ValueTask<FlushResult>(new FlushResult(false, isCompleted: true)) : inner.FlushAsync(cancellationToken);

    public override Memory<byte> GetMemory(int sizeHint = 0) => detached ? Scratch(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => detached ? Scratch(sizeHint) : inner.GetSpan(sizeHint);

    private byte[] Scratch(int sizeHint)
    {
        if (scratch.Length < Math.Max(sizeHint, 4096))
        {
            scratch = new byte[Math.Max(sizeHint, 4096)];
        }

        return scratch;
    }
}

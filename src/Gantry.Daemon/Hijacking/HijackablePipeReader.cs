using System.Buffers;
using System.IO.Pipelines;

namespace Gantry.Daemon.Hijacking;

/// <summary>Reads the real connection until detached, then an ended one.</summary>
internal sealed class HijackablePipeReader(PipeReader inner) : PipeReader
{
    private static readonly ReadResult Ended = new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    private volatile bool detached;

    /// <summary>Set while a request is handled: what is read then is body, not head.</summary>
    public bool InRequest { get; set; }

    public void Detach() => detached = true;

    public override void AdvanceTo(SequencePosition consumed)
    {
        if (!detached)
        {
            inner.AdvanceTo(consumed);
        }
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!detached)
        {
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead()
    {
        if (!detached)
        {
            inner.CancelPendingRead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!detached)
        {
            inner.Complete(exception);
        }
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (detached)
        {
            return Ended;
        }

        var result = await inner.ReadAsync(cancellationToken);
        return Readable(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (detached)
        {
            result = Ended;
            return true;
        }

        var read = inner.TryRead(out result);
        if (read)
        {
            Readable(result);
        }

        return read;
    }

    private ReadResult Readable(ReadResult result)
    {
        if (!InRequest)
        {
            HostHeader.Neutralise(result.Buffer);
        }

        return result;
    }
}

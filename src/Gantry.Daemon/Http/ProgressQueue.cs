using System.Threading.Channels;

namespace Gantry.Daemon.Http;

/// <summary>
/// Progress on its way to a client that may read slowly, or no more: what is passing is left out where too much waits already,
/// and who can wait is told when to go on. What is neither is as much as the work has steps.
/// </summary>
/// <param name="isPassing">Whether the next line of its kind says all that this one says: a count of bytes.</param>
internal class ProgressQueue<T>(Func<T, bool> isPassing) : IProgress<T>
{
    private const int Most = 64;

    private readonly Channel<T> lines = Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock gate = new();
    private TaskCompletionSource? room;
    private int waiting;

    public void Report(T value)
    {
        lock (gate)
        {
            if (waiting >= Most && isPassing(value))
            {
                return;
            }

            waiting++;
            if (waiting == Most)
            {
                room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            lines.Writer.TryWrite(value);
        }
    }

    /// <summary>Completes when there is room.</summary>
    public async ValueTask PaceAsync(CancellationToken cancellationToken)
    {
        Task? until;
        lock (gate)
        {
            until = room?.Task;
        }

        if (until is not null)
        {
            await until.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends the reading, after what waits.</summary>
    public void Complete() => lines.Writer.Complete();

    public async IAsyncEnumerable<T> ReadAllAsync()
    {
        await foreach (var line in lines.Reader.ReadAllAsync(CancellationToken.None))
        {
            yield return line;
            lock (gate)
            {
                if (--waiting < Most)
                {
                    room?.TrySetResult();
                    room = null;
                }
            }
        }
    }
}

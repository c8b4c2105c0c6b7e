using System.Runtime.CompilerServices;
using Gantry.Runtime.Logs;

namespace Gantry.Runtime;

/// <summary>Reads json-file logs across rotated files.</summary>
public static class JsonFileLog
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>With Follow it goes on until <paramref name="ended"/> completes and the file is read to its end; survives rotation.</summary>
    public static async IAsyncEnumerable<LogEntry> ReadAsync(string path, LogQuery query, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Until is { } end && query.Since is { } begin && begin > end)
        {
            yield break;
        }

        using var files = LogFiles.Open(path, query.Follow);
        var first = First(files, query);
        files.LookOut(true);
        for (var i = first.File; i < files.Count; i++)
        {
            using var reader = new LogReader(files.Take(i), i == first.File ? first.Offset : 0);
            do
            {
                while (reader.TryRead(out var entry))
                {
                    if (entry.Time > query.Until)
                    {
                        yield break;
                    }

                    if (Matches(query, entry))
                    {
                        yield return entry;
                    }
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
            while (query.Follow && await GrowsAsync(reader, files, i, query.Until, ended, cancellationToken));
        }
    }

    private static (int File, long Offset) First(LogFiles files, LogQuery query) => query switch
    {
        { Tail: { } tail } => files.PositionOfLast(tail),
        { After: { } time } => files.PositionAfter(time),
        _ => (0, 0),
    };

    private static bool Matches(LogQuery query, LogEntry entry) =>
        (entry.Source == LogSource.Stdout ? query.Stdout : query.Stderr) && (query.Since is not { } since || entry.Time >= since);

    /// <summary>Waits until there is more: in this file (true), or in a newer one (false). False also when nothing will come any more.</summary>
    private static async Task<bool> GrowsAsync(
        LogReader reader, LogFiles files, int index, DateTimeOffset? until, Task ended, CancellationToken cancellationToken)
    {
        files.LookOut(false);
        try
        {
            for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
            {
                // Asked in this order: what was written before the end, or before the rotation, is in the file by the time its size is read.
                var over = ended.IsCompleted || DateTimeOffset.UtcNow > until;
                files.Look();
                var rotated = files.Count > index + 1;
                if (reader.HasMore)
                {
                    return true;
                }

                if (over || rotated)
                {
                    return false;
                }

                await Task.WhenAny(ended, Task.Delay(wait, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            files.LookOut(true);
        }
    }
}

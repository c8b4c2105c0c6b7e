using System.Runtime.CompilerServices;
using Gantry.Linux;
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

        using var files = LogFiles.Open(path);
        var first = query.Tail is { } tail ? files.PositionOfLast(tail) : (File: 0, Offset: 0L);
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
            while (query.Follow && i == files.Count - 1 && await GrowsAsync(reader, files, path, query.Until, ended, cancellationToken));
        }
    }

    private static bool Matches(LogQuery query, LogEntry entry) =>
        (entry.Source == LogSource.Stdout ? query.Stdout : query.Stderr) && (query.Since is not { } since || entry.Time >= since);

    /// <summary>
    /// Waits until there is more: in this file (true), or in newer ones that are added to <paramref name="files"/> (false). False also
    /// when nothing will come any more.
    /// </summary>
    private static async Task<bool> GrowsAsync(
        LogReader reader, LogFiles files, string path, DateTimeOffset? until, Task ended, CancellationToken cancellationToken)
    {
        var wait = ShortestWait;
        while (true)
        {
            // Asked in this order: what was written before the end, or before the rotation, is in the file by the time its size is read.
            var over = ended.IsCompleted || DateTimeOffset.UtcNow > until;
            var rotated = FileIdentity.Find(path) is { } current && current != reader.Identity;
            if (reader.HasMore)
            {
                return true;
            }

            if (rotated)
            {
                files.AddAfter(reader.Identity);
                return false;
            }

            if (over)
            {
                return false;
            }

            await Task.WhenAny(ended, Task.Delay(wait, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Runtime;

namespace Gantry.Daemon.Http;

/// <summary>Log entries on the wire: raw with a terminal, else in frames of an 8-byte header (stream, three zeros, big-endian length).</summary>
internal sealed class LogStreamWriter(PipeWriter output, bool framed, bool timestamps)
{
    private const int FlushThreshold = 64 * 1024;

    /// <summary>Text between timestamp and line, or null.</summary>
    public string? Details { get; init; }

    /// <summary>Copies to the end; sent in large pieces while entries are at hand, at once when they are not.</summary>
    public async Task CopyAsync(IAsyncEnumerable<LogEntry> entries, CancellationToken cancellationToken)
    {
        await using var entry = entries.GetAsyncEnumerator(cancellationToken);
        var pending = 0;
        while (true)
        {
            var next = entry.MoveNextAsync();
            if (!next.IsCompleted || pending > FlushThreshold)
            {
                await output.FlushAsync(cancellationToken);
                pending = 0;
            }

            if (!await next)
            {
                break;
            }

            pending += Write(entry.Current);
        }

        await output.FlushAsync(cancellationToken);
    }

    private int Write(LogEntry entry)
    {
        var prefix = Prefix(entry);
        var length = prefix.Length + entry.Line.Length;
        if (framed)
        {
            OutputFraming.WriteHeader(output.GetSpan(OutputFraming.HeaderLength), entry.Source, length);
            output.Advance(OutputFraming.HeaderLength);
        }

        output.Write(prefix);
        output.Write(entry.Line.Span);
        return OutputFraming.HeaderLength + length;
    }

    private byte[] Prefix(LogEntry entry)
    {
        if (!timestamps && Details is null)
        {
            return [];
        }

        var time = !timestamps ? "" : (entry.TimeText.Length > 0 ? entry.TimeText : Timestamp.Format(entry.Time)) + " ";
        return Encoding.UTF8.GetBytes(Details is null ? time : $"{time}{Details} ");
    }
}

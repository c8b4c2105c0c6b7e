using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Gantry.Edge.Logging;

/// <summary>Writes one JSON line per request, from its own loop, many lines per write. When the reader is too slow, lines are counted instead of kept.</summary>
internal sealed class AccessLog : IAsyncDisposable
{
    private const int Capacity = 16384;
    private const int FlushAt = 32 * 1024;

    private readonly Channel<AccessEntry> entries = Channel.CreateBounded<AccessEntry>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Stream output;
    private readonly Task loop;
    private long dropped;

    public AccessLog(Stream output)
    {
        this.output = output;
        loop = Task.Run(WriteAllAsync);
    }

    public void Write(in AccessEntry entry)
    {
        if (!entries.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref dropped);
        }
    }

    public async ValueTask DisposeAsync()
    {
        entries.Writer.TryComplete();
        await loop;
    }

    private async Task WriteAllAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(FlushAt * 2);
        using var json = new Utf8JsonWriter(buffer);
        while (await entries.Reader.WaitToReadAsync())
        {
            while (buffer.WrittenCount < FlushAt && entries.Reader.TryRead(out var entry))
            {
                Format(json, entry, Interlocked.Exchange(ref dropped, 0));
                buffer.Write("\n"u8);
                json.Reset();
            }

            await output.WriteAsync(buffer.WrittenMemory);
            await output.FlushAsync();
            buffer.ResetWrittenCount();
        }
    }

    private static void Format(Utf8JsonWriter json, in AccessEntry entry, long lost)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, entry.Time);
        json.WriteString("requestId"u8, entry.RequestId);
        json.WriteString("client"u8, entry.Client);
        json.WriteString("method"u8, entry.Method);
        json.WriteString("scheme"u8, entry.Scheme);
        json.WriteString("host"u8, entry.Host);
        json.WriteString("path"u8, entry.Path);
        json.WriteString("protocol"u8, entry.Protocol);
        json.WriteNumber("status"u8, entry.Status);
        json.WriteNumber("bytes"u8, entry.Bytes);
        json.WriteNumber("durationMs"u8, Math.Round(entry.Duration.TotalMilliseconds, 3));
        if (entry.Cluster is not null)
        {
            json.WriteString("cluster"u8, entry.Cluster);
            json.WriteString("destination"u8, entry.Destination);
            json.WriteNumber("attempts"u8, entry.Attempts);
        }

        if (entry.Upstream is { } upstream)
        {
            json.WriteNumber("upstreamMs"u8, Math.Round(upstream.TotalMilliseconds, 3));
        }

        if (entry.UserAgent is { Length: > 0 })
        {
            json.WriteString("userAgent"u8, entry.UserAgent);
        }

        if (entry.Error is not null)
        {
            json.WriteString("error"u8, entry.Error);
        }

        if (lost > 0)
        {
            json.WriteNumber("linesLost"u8, lost);
        }

        json.WriteEndObject();
        json.Flush();
    }
}

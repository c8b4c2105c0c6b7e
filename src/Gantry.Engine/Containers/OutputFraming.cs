using System.Buffers.Binary;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>A process's output in frames of an 8-byte header and a payload: read, and copied to a client that wants it in another form than it comes in.</summary>
public static class OutputFraming
{
    /// <summary>Bytes: the stream (1 or 2), three zeros, the payload's length, big-endian.</summary>
    public const int HeaderLength = 8;

    private const int BufferSize = 32 << 10;

    /// <summary>A header of one frame of <paramref name="length"/> bytes.</summary>
    public static void WriteHeader(Span<byte> header, LogSource source, int length)
    {
        header[..HeaderLength].Clear();
        header[0] = (byte)(source + 1);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], length);
    }

    /// <summary>A terminal's bytes, each read a frame of standard output.</summary>
    internal static async Task CopyFramedAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[HeaderLength + BufferSize];
        int count;
        while ((count = await from.ReadAsync(buffer.AsMemory(HeaderLength), cancellationToken)) > 0)
        {
            WriteHeader(buffer, LogSource.Stdout, count);
            await to.WriteAsync(buffer.AsMemory(0, HeaderLength + count), cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }

    /// <summary>The payloads of standard output's frames; as with Docker, there is no place for standard error's.</summary>
    internal static Task CopyRawAsync(Stream from, Stream to, CancellationToken cancellationToken) => ReadAsync(
        from,
        async (source, piece) =>
        {
            if (source == LogSource.Stdout)
            {
                await to.WriteAsync(piece, cancellationToken);
                await to.FlushAsync(cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>Hands over frames' payloads, in pieces that are good until the next one, with the stream each belongs to, until the frames end.</summary>
    internal static async Task ReadAsync(Stream frames, Func<LogSource, ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        var buffer = new byte[BufferSize];
        while (await frames.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) == HeaderLength)
        {
            for (var left = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)); left > 0;)
            {
                var count = await frames.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
                if (count == 0)
                {
                    return;
                }

                left -= count;
                await take((LogSource)(header[0] - 1), buffer.AsMemory(0, count));
            }
        }
    }
}

using System.Buffers.Binary;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>Copies a process's output to a client that wants it in another form than it comes in: raw, or in frames of an 8-byte header and a payload.</summary>
internal static class OutputFraming
{
    private const int HeaderLength = 8;
    private const int BufferSize = 32 << 10;

    /// <summary>A header of one frame of <paramref name="length"/> bytes.</summary>
    public static void WriteHeader(Span<byte> header, LogSource source, int length)
    {
        header[..HeaderLength].Clear();
        header[0] = (byte)(source + 1);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], length);
    }

    /// <summary>A terminal's bytes, each read a frame of standard output.</summary>
    public static async Task CopyFramedAsync(Stream from, Stream to, CancellationToken cancellationToken)
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
    public static async Task CopyRawAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        var buffer = new byte[BufferSize];
        while (await from.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) == HeaderLength)
        {
            var wanted = header[0] == (byte)(LogSource.Stdout + 1);
            for (var left = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)); left > 0;)
            {
                var count = await from.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
                if (count == 0)
                {
                    return;
                }

                left -= count;
                if (wanted)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    await to.FlushAsync(cancellationToken);
                }
            }
        }
    }
}

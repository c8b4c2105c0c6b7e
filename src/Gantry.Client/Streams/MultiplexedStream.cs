using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Gantry.Core;

namespace Gantry.Client.Streams;

/// <summary>Which of a container's streams bytes belong to (moby <c>stdcopy</c>).</summary>
public enum StreamKind
{
    Stdin = 0,
    Stdout = 1,
    Stderr = 2,

    /// <summary>The daemon reports an error in the middle of the stream.</summary>
    SystemError = 3,
}

/// <summary>A piece of output; the bytes are valid until the next piece is asked for.</summary>
public readonly record struct OutputFrame(StreamKind Stream, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Takes apart the frames in which stdout and stderr share a connection: one byte stream number, three zero bytes, four
/// bytes of big-endian length, payload.
/// </summary>
public static class MultiplexedStream
{
    private const int HeaderLength = 8;

    /// <summary>Copies until the end of <paramref name="source"/>; a null destination drops its stream.</summary>
    public static async Task CopyAsync(Stream source, Stream? stdout, Stream? stderr, CancellationToken cancellationToken)
    {
        await foreach (var frame in ReadAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if ((frame.Stream == StreamKind.Stderr ? stderr : stdout) is { } destination)
            {
                await destination.WriteAsync(frame.Bytes, cancellationToken).ConfigureAwait(false);
                await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The pieces in order; long frames come in several pieces.</summary>
    /// <exception cref="GantryException">The daemon reported an error in the stream.</exception>
    public static async IAsyncEnumerable<OutputFrame> ReadAsync(Stream source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        var header = new byte[HeaderLength];
        try
        {
            while (await source.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == HeaderLength)
            {
                var kind = (StreamKind)header[0];
                var left = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                if (header[0] > 3 || header[1] != 0)
                {
                    throw new IOException($"unrecognized input header: {header[0]}");
                }

                while (left > 0)
                {
                    var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, (uint)buffer.Length)), cancellationToken).ConfigureAwait(false);
                    if (count == 0)
                    {
                        yield break;
                    }

                    left -= (uint)count;
                    yield return kind != StreamKind.SystemError
                        ? new OutputFrame(kind, buffer.AsMemory(0, count))
                        : throw new GantryException(ErrorKind.Internal, "error from daemon in stream: " + Encoding.UTF8.GetString(buffer, 0, count));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

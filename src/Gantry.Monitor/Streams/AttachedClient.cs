using System.Buffers.Binary;
using Gantry.Linux;

namespace Gantry.Monitor.Streams;

/// <summary>
/// One attached connection. Output the socket does not take at once is queued; a queue over <see cref="HighWater"/> makes the monitor stop
/// reading the process's output, as a full pipe would, until the client reads on or its patience is over and it is dropped.
/// </summary>
internal sealed class AttachedClient(int fd, byte streams)
{
    private const int HighWater = 256 * 1024;
    private const byte Stdin = 1;

    private byte[] queue = [];
    private int start;
    private int length;

    public int Fd { get; } = fd;

    public bool WantsInput => (streams & Stdin) != 0 && !InputEnded;

    /// <summary>The client has half-closed or gone.</summary>
    public bool InputEnded { get; set; }

    public bool SentInput { get; set; }

    public bool Broken { get; private set; }

    /// <summary>Both directions are closed; what it sent before may still be unread.</summary>
    public bool HungUp { get; set; }

    public bool HasQueue => length > 0;

    public bool Blocks => length > HighWater;

    /// <summary>When it last took a byte, in monotonic milliseconds.</summary>
    public long LastProgress { get; private set; } = Descriptors.Milliseconds();

    /// <param name="source">1 stdout, 2 stderr.</param>
    /// <param name="frame">Eight bytes for Docker's header, then the output.</param>
    public void Send(int source, Span<byte> frame, bool raw)
    {
        if ((streams & (source == 1 ? 2 : 4)) == 0 || Broken)
        {
            return;
        }

        frame[..8].Clear();
        frame[0] = (byte)source;
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], frame.Length - 8);
        ReadOnlySpan<byte> bytes = raw ? frame[8..] : frame;
        if (length == 0)
        {
            bytes = bytes[Transmit(bytes)..];
        }

        Enqueue(bytes);
    }

    public void Flush()
    {
        var sent = Transmit(queue.AsSpan(start, length));
        start += sent;
        length -= Math.Min(sent, length);
        if (length == 0)
        {
            (queue, start) = ([], 0);
        }
    }

    private int Transmit(ReadOnlySpan<byte> bytes)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            var count = UnixSocket.Send(Fd, bytes[total..]);
            if (count == -(int)Errno.EINTR)
            {
                continue;
            }

            if (count < 0)
            {
                Broken = count != -(int)Errno.EAGAIN;
                length = Broken ? 0 : length;
                break;
            }

            total += count;
            LastProgress = Descriptors.Milliseconds();
        }

        return total;
    }

    private void Enqueue(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || Broken)
        {
            return;
        }

        if (start + length + bytes.Length > queue.Length)
        {
            var larger = length + bytes.Length > queue.Length ? new byte[Math.Max(64 * 1024, (length + bytes.Length) * 2)] : queue;
            Buffer.BlockCopy(queue, start, larger, 0, length);
            (queue, start) = (larger, 0);
        }

        bytes.CopyTo(queue.AsSpan(start + length));
        length += bytes.Length;
    }
}

using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Monitor.Protocol;

namespace Gantry.Monitor.Streams;

/// <summary>A connection on which messages are exchanged, until its first one makes it an <see cref="AttachedClient"/>.</summary>
internal sealed class ControlConnection(int fd)
{
    private const int HeaderLength = 5;
    private const int MaxPayload = 64 * 1024;

    private byte[] buffer = [];
    private int length;

    public int Fd { get; } = fd;

    /// <summary>Has said Hello or launched: gets told of the exit.</summary>
    public bool Subscribed { get; set; }

    public bool Closed { get; private set; }

    /// <summary>Reads what is there, no further than the end of the first message: what follows Attach is not a message.</summary>
    public void Receive()
    {
        while (!Closed)
        {
            var missing = Missing();
            if (missing == 0)
            {
                return;
            }

            if (buffer.Length < length + missing)
            {
                Array.Resize(ref buffer, length + missing);
            }

            var count = UnixSocket.Receive(Fd, buffer.AsSpan(length, missing));
            if (count == -(int)Errno.EAGAIN)
            {
                return;
            }

            Closed = count <= 0 && count != -(int)Errno.EINTR;
            length += Math.Max(0, count);
        }
    }

    public bool TryTake(out MessageKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = default;
        payload = default;
        if (length < HeaderLength || Missing() > 0)
        {
            return false;
        }

        kind = (MessageKind)buffer[0];
        payload = buffer.AsSpan(HeaderLength, length - HeaderLength);
        length = 0;
        return true;
    }

    /// <summary>The daemon reads its control connection all the time and messages are small: a socket that is full is a dead daemon's.</summary>
    public void Send(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> message = stackalloc byte[HeaderLength + 512];
        payload = payload[..Math.Min(payload.Length, 512)];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], payload.Length);
        payload.CopyTo(message[HeaderLength..]);
        message = message[..(HeaderLength + payload.Length)];
        if (UnixSocket.Send(Fd, message) != message.Length)
        {
            Closed = true;
        }
    }

    private int Missing()
    {
        if (length < HeaderLength)
        {
            return HeaderLength - length;
        }

        var payload = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1));
        if (payload is < 0 or > MaxPayload)
        {
            Closed = true;
            return 0;
        }

        return HeaderLength + payload - length;
    }
}

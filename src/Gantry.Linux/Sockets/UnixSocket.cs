namespace Gantry.Linux;

/// <summary>Unix stream sockets where .NET's do not reach: pairs, descriptor passing, and loops without async. Errors are negated errnos.</summary>
public static unsafe partial class UnixSocket
{
    /// <summary>The longest path a sockaddr_un holds (unix(7)).</summary>
    public const int MaxPathLength = 107;

    private const int AF_UNIX = 1;
    private const int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private const int SOCK_NONBLOCK = 0x800;
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int SHUT_WR = 1;

    /// <summary>Two connected sockets.</summary>
    public static int Pair(out int first, out int second)
    {
        var ends = stackalloc int[2];
        var result = Descriptors.Result(socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, ends));
        (first, second) = (ends[0], ends[1]);
        return result;
    }

    /// <summary>A non-blocking listener on <paramref name="path"/>.</summary>
    public static int Listen(string path, int backlog)
    {
        var fd = Descriptors.Result(socket(AF_UNIX, SOCK_STREAM_CLOEXEC | SOCK_NONBLOCK, 0));
        if (fd < 0)
        {
            return fd;
        }

        var address = stackalloc byte[110];
        var result = Descriptors.Result(bind(fd, address, Fill(address, path)));
        result = result < 0 ? result : Descriptors.Result(listen(fd, backlog));
        if (result < 0)
        {
            _ = Descriptors.Close(fd);
            return result;
        }

        return fd;
    }

    /// <summary>The next connection, non-blocking.</summary>
    public static int Accept(int listener) => Descriptors.Result(accept4(listener, null, null, 0x80000 | SOCK_NONBLOCK));

    /// <summary>Sends without blocking and without SIGPIPE; may send less than asked.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            return Descriptors.Result((int)send(fd, pointer, (nuint)bytes.Length, MSG_DONTWAIT | MSG_NOSIGNAL));
        }
    }

    /// <summary>Receives without blocking.</summary>
    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return Descriptors.Result((int)recv(fd, pointer, (nuint)buffer.Length, MSG_DONTWAIT));
        }
    }

    public static int ShutdownSend(int fd) => Descriptors.Result(shutdown(fd, SHUT_WR));

    /// <summary>Receives one descriptor sent with at least one byte (SCM_RIGHTS); EOF and a message without one give -ENODATA.</summary>
    public static int ReceiveDescriptor(int fd)
    {
        byte payload;
        var vector = new IoVector { Base = &payload, Length = 1 };
        var control = stackalloc ulong[3];
        var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 24 };
        var count = Descriptors.Result((int)recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
        if (count < 0)
        {
            return count;
        }

        var header = (int*)control;
        return message.ControlLength >= 20 && header[2] == SOL_SOCKET && header[3] == SCM_RIGHTS ? header[4] : -(int)Errno.ENODATA;
    }

    /// <summary>Sends one descriptor with one zero byte.</summary>
    public static int SendDescriptor(int fd, int descriptor)
    {
        byte payload = 0;
        var vector = new IoVector { Base = &payload, Length = 1 };
        var control = stackalloc ulong[3] { 20, 0, 0 };
        var header = (int*)control;
        (header[2], header[3], header[4]) = (SOL_SOCKET, SCM_RIGHTS, descriptor);
        var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 24 };
        return Descriptors.Result((int)sendmsg(fd, &message, MSG_NOSIGNAL));
    }

    private static uint Fill(byte* address, string path)
    {
        new Span<byte>(address, 110).Clear();
        *(ushort*)address = AF_UNIX;
        var length = System.Text.Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, MaxPathLength));
        return (uint)(2 + length + 1);
    }
}

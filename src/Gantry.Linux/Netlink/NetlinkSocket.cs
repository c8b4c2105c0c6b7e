using System.Buffers;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <summary>Receives one reply: its type and what follows the netlink header.</summary>
internal delegate void NetlinkReply(ushort type, ReadOnlySpan<byte> payload);

/// <summary>A netlink(7) socket for requests and their answers; it stays in the network namespace it was opened in.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    // Large enough for any one datagram of a dump (the kernel builds them up to 32 KiB).
    private const int ReceiveSize = 64 * 1024;

    private readonly Lock gate = new();
    private readonly FileDescriptor socket;
    private uint sequence;

    internal NetlinkSocket(int protocol) => socket = new FileDescriptor(LinuxException.Check(
        NetlinkCalls.Socket(NetlinkCalls.AF_NETLINK, NetlinkCalls.SOCK_RAW | NetlinkCalls.SOCK_CLOEXEC, protocol), "socket", "AF_NETLINK"));

    /// <summary>
    /// Sends all messages in one datagram and waits until each is answered. The kernel works through them all even when one
    /// fails; the first failure is thrown.
    /// </summary>
    internal void Request(ReadOnlySpan<NetlinkMessage> messages, NetlinkReply? reply = null)
    {
        lock (gate)
        {
            var first = sequence + 1;
            Send(messages);
            Receive(messages, first, reply);
        }
    }

    internal void Request(NetlinkMessage message, NetlinkReply? reply = null) => Request([message], reply);

    public void Dispose() => socket.Dispose();

    private void Send(ReadOnlySpan<NetlinkMessage> messages)
    {
        var datagram = new ArrayBufferWriter<byte>(512);
        foreach (var message in messages)
        {
            datagram.Write(message.Finish(++sequence));
        }

        if (NetlinkCalls.Send(socket, datagram.WrittenSpan, datagram.WrittenCount, 0) < 0)
        {
            throw LinuxException.Last("send", "AF_NETLINK");
        }
    }

    private void Receive(ReadOnlySpan<NetlinkMessage> messages, uint first, NetlinkReply? reply)
    {
        LinuxException? failure = null;
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            for (var open = messages.Length; open > 0;)
            {
                var rest = ReceiveDatagram(buffer);
                while (rest.Length >= NetlinkHeader.Size)
                {
                    var header = MemoryMarshal.Read<NetlinkHeader>(rest);
                    var payload = rest[NetlinkHeader.Size..(int)header.Length];
                    rest = rest[Math.Min(rest.Length, ((int)header.Length + 3) & ~3)..];
                    if (header.Sequence - first >= messages.Length)
                    {
                        continue;
                    }

                    if (header.Type is NetlinkConstants.NLMSG_ERROR or NetlinkConstants.NLMSG_DONE)
                    {
                        open--;
                        var errno = payload.Length >= 4 ? -MemoryMarshal.Read<int>(payload) : 0;
                        failure ??= errno > 0 ? new LinuxException(messages[(int)(header.Sequence - first)].Call, (Errno)errno) : null;
                    }
                    else
                    {
                        reply?.Invoke(header.Type, payload);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private ReadOnlySpan<byte> ReceiveDatagram(byte[] buffer)
    {
        while (true)
        {
            var length = NetlinkCalls.Receive(socket, buffer, ReceiveSize, NetlinkCalls.MSG_TRUNC);
            if (length >= 0)
            {
                return length <= ReceiveSize
                    ? buffer.AsSpan(0, (int)length)
                    : throw new LinuxException("recv", Errno.EIO, "AF_NETLINK: truncated");
            }

            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("recv", "AF_NETLINK");
            }
        }
    }
}

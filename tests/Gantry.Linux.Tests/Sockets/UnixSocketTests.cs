namespace Gantry.Linux.Tests.Sockets;

public sealed class UnixSocketTests
{
    [Fact]
    public void A_descriptor_crosses_a_socket()
    {
        Assert.Equal(0, UnixSocket.Pair(out var first, out var second));
        Descriptors.Pipe(out var readEnd, out var writeEnd);
        Assert.Equal(1, UnixSocket.SendDescriptor(first, writeEnd));
        var received = UnixSocket.ReceiveDescriptor(second);
        Assert.True(received > 2 && received != writeEnd);
        Assert.Equal(1, Descriptors.Write(received, "x"u8));
        Assert.Equal(1, Descriptors.Read(readEnd, new byte[2]));
        Assert.Equal(1, UnixSocket.Send(first, "y"u8));
        Assert.Equal(-(int)Errno.ENODATA, UnixSocket.ReceiveDescriptor(second));
        Assert.Equal(-(int)Errno.EAGAIN, UnixSocket.Receive(second, new byte[1]));
        foreach (var fd in (int[])[first, second, readEnd, writeEnd, received])
        {
            Assert.Equal(0, Descriptors.Close(fd));
        }
    }
}

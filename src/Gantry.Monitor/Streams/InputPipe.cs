using Gantry.Linux;

namespace Gantry.Monitor.Streams;

/// <summary>The way into the process: a pipe, or the terminal's master. One chunk is under way at a time; meanwhile clients wait.</summary>
internal sealed class InputPipe
{
    private readonly byte[] chunk = GC.AllocateUninitializedArray<byte>(16 * 1024);
    private readonly bool terminal;
    private int fd;
    private int start;
    private int length;
    private bool closing;

    /// <param name="fd">Non-blocking. A terminal's master stays open when the input ends: it is the output, too.</param>
    public InputPipe(int fd, bool terminal) => (this.fd, this.terminal) = (fd, terminal);

    public int Fd => fd;

    public bool Waiting => length > 0 && fd >= 0;

    /// <summary>Takes what the client has sent. False at its end or error.</summary>
    public bool TakeFrom(AttachedClient client)
    {
        var count = UnixSocket.Receive(client.Fd, chunk);
        if (count <= 0)
        {
            return count is -(int)Errno.EAGAIN or -(int)Errno.EINTR;
        }

        client.SentInput = true;
        (start, length) = fd < 0 ? (0, 0) : (0, count);
        Push();
        return true;
    }

    public void Push()
    {
        while (length > 0 && fd >= 0)
        {
            var count = Descriptors.Write(fd, chunk.AsSpan(start, length));
            if (count == -(int)Errno.EAGAIN)
            {
                return;
            }

            if (count < 0)
            {
                // Nobody reads any more. Clients may go on sending; it is thrown away.
                length = 0;
                Close();
                return;
            }

            start += count;
            length -= count;
        }

        if (closing)
        {
            Close();
        }
    }

    /// <summary>End of input, once everything is delivered. A terminal has no such end: its user types ^D.</summary>
    public void End()
    {
        if (terminal)
        {
            return;
        }

        closing = true;
        Push();
    }

    private void Close()
    {
        if (fd >= 0 && !terminal)
        {
            _ = Descriptors.Close(fd);
        }

        fd = -1;
    }
}

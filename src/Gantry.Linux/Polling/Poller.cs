using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>struct pollfd (poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry(int fd, short events)
{
    public int Descriptor = fd;
    public short Wanted = events;
    public short Happened;
}

/// <summary>poll(2).</summary>
public static unsafe partial class Poller
{
    public const short POLLIN = 1;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;
    public const short POLLHUP = 16;

    /// <summary>How many entries have something, 0 on time-out or interruption, or the negated errno. A negative time-out waits for ever.</summary>
    public static int Wait(Span<PollEntry> entries, int timeoutMilliseconds)
    {
        fixed (PollEntry* pointer = entries)
        {
            var result = Descriptors.Result(poll(pointer, (ulong)entries.Length, timeoutMilliseconds));
            return result == -(int)Errno.EINTR ? 0 : result;
        }
    }

    public static bool WaitReadable(int fd, int timeoutMilliseconds)
    {
        var entry = new PollEntry(fd, POLLIN);
        return Wait(new Span<PollEntry>(ref entry), timeoutMilliseconds) > 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, ulong count, int timeout);
}

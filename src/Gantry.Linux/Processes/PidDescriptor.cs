using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>A pidfd: names one process for good, whatever becomes of its number (pidfd_open(2)).</summary>
public sealed partial class PidDescriptor : IDisposable
{
    private const long SYS_pidfd_open = 434;
    private const long SYS_pidfd_send_signal = 424;

    private readonly FileDescriptor descriptor;

    private PidDescriptor(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>Null when there is no such process.</summary>
    public static PidDescriptor? Find(int pid)
    {
        var fd = (int)syscall(SYS_pidfd_open, pid, 0, 0, 0);
        return fd >= 0 ? new PidDescriptor(new FileDescriptor(fd)) : null;
    }

    /// <summary>False when the process is gone.</summary>
    /// <exception cref="LinuxException">EPERM, EINVAL.</exception>
    public bool Signal(int signal)
    {
        if (syscall(SYS_pidfd_send_signal, descriptor.Number, signal, 0, 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == (int)Errno.ESRCH ? false : throw LinuxException.Last("pidfd_send_signal");
    }

    /// <summary>Waits until the process has ended (it may still be a zombie); false on time-out.</summary>
    public bool WaitForEnd(TimeSpan timeout) => Poller.WaitReadable(descriptor.Number, (int)timeout.TotalMilliseconds);

    public void Dispose() => descriptor.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(long number, nint first, nint second, nint third, nint fourth);
}

using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>Pseudo-terminals: pty(7), ioctl_tty(2).</summary>
public static unsafe partial class PseudoTerminal
{
    private const nuint TIOCGWINSZ = 0x5413;
    private const nuint TIOCSWINSZ = 0x5414;
    private const nuint TIOCSPTLCK = 0x40045431;
    private const nuint TIOCGPTN = 0x80045430;
    private const int O_NOCTTY = 0x100;

    /// <summary>A new pair: the master's descriptor and the other end's path.</summary>
    public static FileDescriptor Open(out string path)
    {
        var fd = Descriptors.Open("/dev/ptmx", Descriptors.O_RDWR | O_NOCTTY);
        if (fd < 0)
        {
            throw new LinuxException("open", (Errno)(-fd), "/dev/ptmx");
        }

        var master = new FileDescriptor(fd);
        uint number = 0;
        var unlocked = 0;
        LinuxException.Check(ioctl(fd, TIOCSPTLCK, &unlocked), "ioctl(TIOCSPTLCK)");
        LinuxException.Check(ioctl(fd, TIOCGPTN, &number), "ioctl(TIOCGPTN)");
        path = $"/dev/pts/{number}";
        return master;
    }

    /// <summary>0, or the negated errno. The foreground process group gets SIGWINCH when the size changes.</summary>
    public static int SetSize(int fd, ushort columns, ushort rows)
    {
        var size = stackalloc ushort[4] { rows, columns, 0, 0 };
        return Descriptors.Result(ioctl(fd, TIOCSWINSZ, size));
    }

    public static int GetSize(int fd, out ushort columns, out ushort rows)
    {
        var size = stackalloc ushort[4];
        var result = Descriptors.Result(ioctl(fd, TIOCGWINSZ, size));
        (rows, columns) = (size[0], size[1]);
        return result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, void* argument);
}

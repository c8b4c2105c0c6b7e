using System.Runtime.InteropServices;

namespace Gantry.Linux.Terminals;

/// <summary>A terminal's settings (termios(3)), kept as opaque bytes: they are only saved, made raw and restored.</summary>
public sealed partial class TerminalMode
{
    // struct termios is 60 bytes with glibc and with musl; room to spare.
    private const int Size = 128;
    private const int TCSADRAIN = 1;

    private readonly int descriptor;
    private readonly byte[] saved;

    private TerminalMode(int descriptor, byte[] saved)
    {
        this.descriptor = descriptor;
        this.saved = saved;
    }

    /// <summary>Whether a descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => IsATty(descriptor) == 1;

    /// <summary>Rows and columns of a terminal; null when it does not tell.</summary>
    public static (int Rows, int Columns)? SizeOf(int descriptor)
    {
        const nuint TIOCGWINSZ = 0x5413;
        Span<ushort> size = stackalloc ushort[4];
        return Ioctl(descriptor, TIOCGWINSZ, size) == 0 && size[1] > 0 ? (size[0], size[1]) : null;
    }

    /// <summary>Switches a terminal to raw input (cfmakeraw) and returns how it was.</summary>
    /// <exception cref="LinuxException">The descriptor is no terminal.</exception>
    public static TerminalMode MakeRaw(int descriptor)
    {
        var settings = new byte[Size];
        LinuxException.Check(GetAttributes(descriptor, settings), "tcgetattr");
        var saved = (byte[])settings.Clone();
        MakeRawAttributes(settings);
        LinuxException.Check(SetAttributes(descriptor, TCSADRAIN, settings), "tcsetattr");
        return new TerminalMode(descriptor, saved);
    }

    /// <summary>Puts the settings back; a terminal that is gone is no failure.</summary>
    public void Restore() => _ = SetAttributes(descriptor, TCSADRAIN, saved);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int fd);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int fd, nuint request, Span<ushort> size);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int fd, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int fd, int actions, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRawAttributes(Span<byte> settings);
}

using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Files;

/// <summary>Turns names, which are bytes on Linux, into what system calls take.</summary>
internal static class ZeroTerminated
{
    /// <summary>Buffers up to this size live on the stack.</summary>
    public const int StackSize = 256;

    /// <summary>The first byte of <paramref name="text"/> with a zero after it, in <paramref name="buffer"/> when it fits.</summary>
    public static ref byte Copy(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        if (text.Contains((byte)0))
        {
            throw new LinuxException("path", Errno.EINVAL, Encoding.UTF8.GetString(text));
        }

        if (text.Length >= buffer.Length)
        {
            buffer = new byte[text.Length + 1];
        }

        text.CopyTo(buffer);
        buffer[text.Length] = 0;
        return ref MemoryMarshal.GetReference(buffer);
    }

    public static ref byte Copy(string text) => ref Copy(Encoding.UTF8.GetBytes(text), []);
}

using System.Runtime.InteropServices;
using static Gantry.Linux.Files.FileNative;

namespace Gantry.Linux.Files;

public static unsafe partial class FileSystem
{
    /// <summary>Reads at the file's position; 0 at its end.</summary>
    public static int Read(FileDescriptor file, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* bytes = buffer)
            {
                count = read(file, bytes, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("read");
            }
        }
    }

    /// <summary>Writes all of the bytes at <paramref name="offset"/>.</summary>
    public static void Write(FileDescriptor file, ReadOnlySpan<byte> content, long offset)
    {
        while (!content.IsEmpty)
        {
            nint count;
            fixed (byte* bytes = content)
            {
                count = pwrite(file, bytes, (nuint)content.Length, offset);
            }

            if (count < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() == Errno.EINTR)
                {
                    continue;
                }

                throw LinuxException.Last("pwrite");
            }

            content = content[(int)count..];
            offset += count;
        }
    }

    public static void SetLength(FileDescriptor file, long length) => LinuxException.Check(ftruncate(file, length), "ftruncate");

    /// <summary>Returns when the file (or directory) is on the disk.</summary>
    public static void Sync(FileDescriptor file) => LinuxException.Check(fsync(file), "fsync");
}

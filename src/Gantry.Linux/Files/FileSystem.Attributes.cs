using System.Runtime.InteropServices;
using System.Text;
using static Gantry.Linux.Files.FileNative;
using static Gantry.Linux.Files.ZeroTerminated;

namespace Gantry.Linux.Files;

public static unsafe partial class FileSystem
{
    private const long UTIME_OMIT = 0x3ffffffe;

    /// <summary>Of the open file itself, also when it is a symbolic link opened by path.</summary>
    public static void ChangeOwner(FileDescriptor file, int uid, int gid) =>
        LinuxException.Check(fchownat(file, ref Copy(""u8, stackalloc byte[1]), (uint)uid, (uint)gid, AT_EMPTY_PATH), "fchownat");

    public static void ChangeOwner(FileDescriptor directory, ReadOnlySpan<byte> name, int uid, int gid) =>
        LinuxException.Check(
            fchownat(directory, ref Copy(name, stackalloc byte[StackSize]), (uint)uid, (uint)gid, AT_SYMLINK_NOFOLLOW), "fchownat", Encoding.UTF8.GetString(name));

    /// <summary>Of a file opened for reading, writing, or by path alone.</summary>
    public static void ChangeMode(FileDescriptor file, int mode)
    {
        if (fchmod(file, (uint)mode) == 0)
        {
            return;
        }

        // A path-only descriptor cannot be changed directly before Linux 6.6; its magic link can.
        if ((Errno)Marshal.GetLastPInvokeError() != Errno.EBADF)
        {
            throw LinuxException.Last("fchmod");
        }

        LinuxException.Check(chmod(ref Copy(ProcPath(file)), (uint)mode), "chmod");
    }

    /// <summary>Sets access and modification time of an open file.</summary>
    public static void SetTime(FileDescriptor file, FileTime modified)
    {
        var times = Times(modified);
        if (futimens(file, times.Pointer) != 0)
        {
            LinuxException.Check(utimensat(file, ref Copy(""u8, stackalloc byte[1]), times.Pointer, AT_EMPTY_PATH), "utimensat");
        }
    }

    public static void SetTime(FileDescriptor directory, ReadOnlySpan<byte> name, FileTime modified)
    {
        var times = Times(modified);
        LinuxException.Check(
            utimensat(directory, ref Copy(name, stackalloc byte[StackSize]), times.Pointer, AT_SYMLINK_NOFOLLOW), "utimensat", Encoding.UTF8.GetString(name));
    }

    /// <summary>False when the file system or the kind of file does not take the attribute.</summary>
    public static bool TrySetAttribute(FileDescriptor file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ref var key = ref Copy(name, stackalloc byte[StackSize]);
        fixed (byte* bytes = value)
        {
            var result = fsetxattr(file, ref key, bytes, (nuint)value.Length, 0);
            if (result != 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EBADF)
            {
                result = setxattr(ref Copy(ProcPath(file)), ref key, bytes, (nuint)value.Length, 0);
            }

            return result == 0 || ((Errno)Marshal.GetLastPInvokeError() is Errno.EOPNOTSUPP or Errno.EPERM or Errno.EINVAL
                ? false : throw LinuxException.Last("fsetxattr", Encoding.UTF8.GetString(name)));
        }
    }

    /// <summary>Null when the file has no such attribute.</summary>
    public static byte[]? FindAttribute(FileDescriptor file, ReadOnlySpan<byte> name)
    {
        ref var key = ref Copy(name, stackalloc byte[StackSize]);
        var buffer = new byte[256];
        while (true)
        {
            nint length;
            fixed (byte* bytes = buffer)
            {
                length = fgetxattr(file, ref key, bytes, (nuint)buffer.Length);
            }

            if (length >= 0)
            {
                return buffer[..(int)length];
            }

            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.ENODATA or Errno.EOPNOTSUPP:
                    return null;
                case Errno.ERANGE when buffer.Length < 65536:
                    buffer = new byte[65536];
                    break;
                default:
                    throw LinuxException.Last("fgetxattr", Encoding.UTF8.GetString(name));
            }
        }
    }

    /// <summary>Names of the file's extended attributes.</summary>
    public static IReadOnlyList<byte[]> AttributeNames(FileDescriptor file)
    {
        var stack = stackalloc byte[1024];
        var length = flistxattr(file, stack, 1024);
        if (length == 0)
        {
            return [];
        }

        if (length > 0)
        {
            return Split(new ReadOnlySpan<byte>(stack, (int)length));
        }

        if ((Errno)Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP)
        {
            return [];
        }

        var heap = new byte[65536];
        fixed (byte* bytes = heap)
        {
            length = flistxattr(file, bytes, (nuint)heap.Length);
        }

        return length >= 0 ? Split(heap.AsSpan(0, (int)length)) : throw LinuxException.Last("flistxattr");
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> list)
    {
        List<byte[]> names = [];
        foreach (var range in list.TrimEnd((byte)0).Split((byte)0))
        {
            names.Add(list[range].ToArray());
        }

        return names;
    }

    private static TimePair Times(FileTime modified) => new(new TimeSpec { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds });

    // Access time is left as it is: nothing here depends on it, and most mounts do not keep it.
    private ref struct TimePair(TimeSpec modified)
    {
        private TimeSpec access = new() { Nanoseconds = UTIME_OMIT };
        private TimeSpec modified = modified;

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public TimeSpec* Pointer => (TimeSpec*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref access);
    }
}

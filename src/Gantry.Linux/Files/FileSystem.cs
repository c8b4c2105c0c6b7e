using System.Runtime.InteropServices;
using System.Text;
using static Gantry.Linux.Files.FileNative;
using static Gantry.Linux.Files.ZeroTerminated;

namespace Gantry.Linux.Files;

/// <summary>
/// The file system by directory descriptors and names in bytes: no call here follows a symbolic link in the last place, and
/// names with no slash cannot lead anywhere else. Failures are <see cref="LinuxException"/>.
/// </summary>
public static unsafe partial class FileSystem
{
    /// <summary>Opens a path of this process's own file system.</summary>
    public static FileDescriptor Open(string path, OpenFlags flags, int mode = 0)
    {
        var how = new OpenHow { Flags = (ulong)Native(flags), Mode = (ulong)mode };
        var fd = syscall((nint)SYS_openat2, AT_FDCWD, ref Copy(path), in how, sizeof(OpenHow));
        return fd >= 0 ? new FileDescriptor((int)fd) : throw LinuxException.Last("openat2", path);
    }

    /// <summary>Opens a directory for use as the start of other calls.</summary>
    public static FileDescriptor OpenDirectory(string path) => Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);

    public static FileDescriptor Open(FileDescriptor directory, ReadOnlySpan<byte> path, OpenFlags flags, int mode = 0, ResolveFlags resolve = ResolveFlags.None) =>
        TryOpen(directory, path, flags, out var errno, mode, resolve) ?? throw new LinuxException("openat2", errno, Encoding.UTF8.GetString(path));

    /// <summary>Null, and why, when the file cannot be opened.</summary>
    public static FileDescriptor? TryOpen(
        FileDescriptor directory, ReadOnlySpan<byte> path, OpenFlags flags, out Errno errno, int mode = 0, ResolveFlags resolve = ResolveFlags.None)
    {
        var how = new OpenHow { Flags = (ulong)Native(flags), Mode = (ulong)mode, Resolve = (ulong)resolve };
        ref var name = ref Copy(path.IsEmpty ? "."u8 : path, stackalloc byte[StackSize]);
        for (var attempt = 0; ; attempt++)
        {
            var fd = syscall((nint)SYS_openat2, directory, ref name, in how, sizeof(OpenHow));
            errno = fd >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
            if (fd >= 0)
            {
                return new FileDescriptor((int)fd);
            }

            // A rename somewhere on the host while ".." was resolved (openat2(2)): try again.
            if (errno is not (Errno.EAGAIN or Errno.EINTR) || attempt == 64)
            {
                return null;
            }
        }
    }

    /// <summary>The same file, opened anew: turns a <see cref="OpenFlags.Path"/> descriptor into one that reads or writes.</summary>
    public static FileDescriptor Reopen(FileDescriptor descriptor, OpenFlags flags) => Open(ProcPath(descriptor), flags);

    public static FileStatus Status(FileDescriptor descriptor)
    {
        LinuxException.Check(statx(descriptor, ref Copy(""u8, stackalloc byte[1]), AT_EMPTY_PATH, STATX_BASIC_STATS, out var status), "statx");
        return FileStatus.From(status);
    }

    /// <summary>Null when there is no such name.</summary>
    public static FileStatus? FindStatus(FileDescriptor directory, ReadOnlySpan<byte> name) =>
        statx(directory, ref Copy(name, stackalloc byte[StackSize]), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out var status) == 0
            ? FileStatus.From(status) : Absent("statx", name);

    /// <summary>Null when there is no such path.</summary>
    public static FileStatus? FindStatus(string path) =>
        statx(AT_FDCWD, ref Copy(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out var status) == 0
            ? FileStatus.From(status) : Absent("statx", Encoding.UTF8.GetBytes(path));

    /// <summary>False when the name exists already.</summary>
    public static bool TryMakeDirectory(FileDescriptor directory, ReadOnlySpan<byte> name, int mode) =>
        Made(mkdirat(directory, ref Copy(name, stackalloc byte[StackSize]), (uint)mode), "mkdirat", name);

    /// <summary>A device, fifo or empty file. False when the name exists already.</summary>
    public static bool TryMakeNode(FileDescriptor directory, ReadOnlySpan<byte> name, FileType type, int mode, uint major = 0, uint minor = 0)
    {
        // makedev(3)
        var device = ((ulong)(major & 0xfffff000) << 32) | ((major & 0xfffu) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
        return Made(mknodat(directory, ref Copy(name, stackalloc byte[StackSize]), (uint)type | (uint)mode, device), "mknodat", name);
    }

    /// <summary>False when the name exists already.</summary>
    public static bool TryMakeSymbolicLink(FileDescriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) =>
        Made(symlinkat(ref Copy(target, stackalloc byte[StackSize]), directory, ref Copy(name, stackalloc byte[StackSize])), "symlinkat", name);

    /// <summary>A second name for an open file (also a symbolic link opened by path). False when the name exists already.</summary>
    public static bool TryMakeHardLink(FileDescriptor file, FileDescriptor directory, ReadOnlySpan<byte> name) =>
        Made(linkat(file, ref Copy(""u8, stackalloc byte[1]), directory, ref Copy(name, stackalloc byte[StackSize]), AT_EMPTY_PATH), "linkat", name);

    /// <summary>Removes a name that is not a directory; a missing one is success.</summary>
    public static void Unlink(FileDescriptor directory, ReadOnlySpan<byte> name) => Removed(directory, name, 0);

    /// <summary>Removes an empty directory; a missing one is success.</summary>
    public static void RemoveDirectory(FileDescriptor directory, ReadOnlySpan<byte> name) => Removed(directory, name, AT_REMOVEDIR);

    public static void Rename(FileDescriptor from, ReadOnlySpan<byte> name, FileDescriptor to, ReadOnlySpan<byte> newName) =>
        LinuxException.Check(
            renameat2(from, ref Copy(name, stackalloc byte[StackSize]), to, ref Copy(newName, stackalloc byte[StackSize]), 0), "renameat2", Encoding.UTF8.GetString(name));

    public static byte[] ReadLink(FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        var buffer = stackalloc byte[4096];
        var length = readlinkat(directory, ref Copy(name, stackalloc byte[StackSize]), buffer, 4096);
        return length >= 0 ? new ReadOnlySpan<byte>(buffer, (int)length).ToArray() : throw LinuxException.Last("readlinkat", Encoding.UTF8.GetString(name));
    }

    private static string ProcPath(FileDescriptor descriptor) => $"/proc/self/fd/{descriptor.Number}";

    private static bool Made(int result, string call, ReadOnlySpan<byte> name) =>
        result == 0 || ((Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? false : throw LinuxException.Last(call, Encoding.UTF8.GetString(name)));

    private static FileStatus? Absent(string call, ReadOnlySpan<byte> name) =>
        (Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR ? null : throw LinuxException.Last(call, Encoding.UTF8.GetString(name));

    private static void Removed(FileDescriptor directory, ReadOnlySpan<byte> name, int flags)
    {
        if (unlinkat(directory, ref Copy(name, stackalloc byte[StackSize]), flags) != 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            throw LinuxException.Last("unlinkat", Encoding.UTF8.GetString(name));
        }
    }
}

using System.Runtime.InteropServices;

namespace Gantry.Linux.Files;

/// <summary>Declarations of fcntl.h, unistd.h, sys/stat.h and sys/xattr.h, named as there.</summary>
internal static unsafe partial class FileNative
{
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int O_CLOEXEC = 0x80000;
    public const uint STATX_BASIC_STATS = 0x7ff;
    public const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;
    public const long SYS_openat2 = 437;

    // struct open_how, linux/openat2.h
    [StructLayout(LayoutKind.Sequential)]
    public struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    // struct statx, linux/stat.h: 256 bytes, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Statx
    {
        [FieldOffset(8)] public ulong Attributes;
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(24)] public uint Gid;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(48)] public ulong Blocks;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(128)] public uint RepresentedMajor;
        [FieldOffset(132)] public uint RepresentedMinor;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint dirfd, ref readonly byte path, ref readonly OpenHow how, nint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, FileDescriptor dirfd, ref readonly byte path, ref readonly OpenHow how, nint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(FileDescriptor dirfd, ref readonly byte path, int flags, uint mask, out Statx status);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(int dirfd, ref readonly byte path, int flags, uint mask, out Statx status);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdirat(FileDescriptor dirfd, ref readonly byte path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mknodat(FileDescriptor dirfd, ref readonly byte path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int symlinkat(ref readonly byte target, FileDescriptor dirfd, ref readonly byte path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int linkat(FileDescriptor olddirfd, ref readonly byte oldpath, FileDescriptor newdirfd, ref readonly byte newpath, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlinkat(FileDescriptor dirfd, ref readonly byte path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int renameat2(FileDescriptor olddirfd, ref readonly byte oldpath, FileDescriptor newdirfd, ref readonly byte newpath, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlinkat(FileDescriptor dirfd, ref readonly byte path, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchownat(FileDescriptor dirfd, ref readonly byte path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(FileDescriptor fd, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int chmod(ref readonly byte path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int utimensat(FileDescriptor dirfd, ref readonly byte path, TimeSpec* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int futimens(FileDescriptor fd, TimeSpec* times);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsetxattr(FileDescriptor fd, ref readonly byte name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setxattr(ref readonly byte path, ref readonly byte name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint fgetxattr(FileDescriptor fd, ref readonly byte name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint flistxattr(FileDescriptor fd, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint getdents64(FileDescriptor fd, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(FileDescriptor fd, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(FileDescriptor fd, byte* buffer, nuint size, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(FileDescriptor fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(FileDescriptor fd);

    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on ARM (asm/fcntl.h).</summary>
    public static int Native(OpenFlags flags)
    {
        var value = (int)flags | O_CLOEXEC;
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.Arm64 or Architecture.Arm))
        {
            return value;
        }

        value &= ~(int)(OpenFlags.Directory | OpenFlags.NoFollow);
        return value | (flags.HasFlag(OpenFlags.Directory) ? 0x4000 : 0) | (flags.HasFlag(OpenFlags.NoFollow) ? 0x8000 : 0);
    }
}

using System.Runtime.InteropServices;

namespace Gantry.Linux.Mounts;

/// <summary>Declarations of sys/mount.h. The new mount calls go by number: one on every architecture, absent from old C libraries.</summary>
internal static partial class MountNative
{
    public const uint MS_RDONLY = 1;
    public const uint MS_NOSUID = 2;
    public const uint MS_NODEV = 4;
    public const uint MS_NOEXEC = 8;
    public const uint MS_REMOUNT = 32;
    public const uint MS_BIND = 4096;
    public const uint MS_REC = 16384;
    public const uint MS_PRIVATE = 1 << 18;
    public const int MNT_DETACH = 2;
    public const int UMOUNT_NOFOLLOW = 8;
    public const int FSOPEN_CLOEXEC = 1;
    public const int FSMOUNT_CLOEXEC = 1;
    public const int FSCONFIG_SET_STRING = 1;
    public const int FSCONFIG_SET_FLAG = 0;
    public const int FSCONFIG_CMD_CREATE = 6;
    public const int MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const int SYS_move_mount = 429;
    public const int SYS_fsopen = 430;
    public const int SYS_fsconfig = 431;
    public const int SYS_fsmount = 432;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int pivot_root(string newRoot, string putOld);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chdir(string path);

    // fsopen
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint syscall(nint number, string name, nint flags);

    // fsconfig
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint syscall(nint number, FileDescriptor context, nint command, string? key, string? value, nint aux);

    // fsmount
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, FileDescriptor context, nint flags, nint attributes);

    // move_mount
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint syscall(nint number, FileDescriptor mount, string from, nint toDirectory, string to, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(FileDescriptor fd, byte* buffer, nuint size);
}

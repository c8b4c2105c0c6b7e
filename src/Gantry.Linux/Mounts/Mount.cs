using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Mounts;

/// <summary>Mounting and unmounting on paths of this process's mount namespace (mount(2), umount(2)).</summary>
public static class Mount
{
    /// <summary>Shows the tree at <paramref name="source"/> also at <paramref name="target"/>.</summary>
    public static void Bind(string source, string target, bool recursive = false) =>
        LinuxException.Check(
            MountNative.mount(source, target, null, MountNative.MS_BIND | (recursive ? MountNative.MS_REC : 0), null), "mount", target);

    /// <summary>A memory filesystem of that size.</summary>
    public static void Memory(string target, long bytes) =>
        LinuxException.Check(MountNative.mount("shm", target, "tmpfs", MountNative.MS_NOSUID | MountNative.MS_NODEV | MountNative.MS_NOEXEC, $"mode=1777,size={bytes}"), "mount", target);

    /// <summary>Unmounts the top mount on a path, lazily when it is busy. False when nothing is mounted there.</summary>
    public static bool Unmount(string target)
    {
        if (MountNative.umount2(target, MountNative.UMOUNT_NOFOLLOW) == 0)
        {
            return true;
        }

        var errno = (Errno)Marshal.GetLastPInvokeError();
        if (errno == Errno.EBUSY && MountNative.umount2(target, MountNative.UMOUNT_NOFOLLOW | MountNative.MNT_DETACH) == 0)
        {
            return true;
        }

        return errno is Errno.EINVAL or Errno.ENOENT ? false : throw LinuxException.Last("umount2", target);
    }

    /// <summary>Whether a mount's root is at this path.</summary>
    public static bool IsMountPoint(string path) => FileSystem.FindStatus(path) is { IsMountRoot: true };
}

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

    /// <summary>
    /// Mounts as mount(8) would with these words, but always from the device itself: no helper program (mount.nfs) is asked.
    /// </summary>
    /// <param name="options">By commas: flags (<c>ro</c>, <c>noexec</c>, <c>bind</c>), propagation (<c>rshared</c>), and the filesystem's own.</param>
    /// <exception cref="LinuxException">The kernel's refusal; its subject is written as Docker writes it, <c>device:target, flags: 0x1000, data: x</c>.</exception>
    public static void Device(string device, string target, string type, string options)
    {
        var parsed = MountOptions.Parse(options);
        Call(device, target, type, parsed.Flags, parsed.Data);
        const uint readOnlyBind = MountNative.MS_BIND | MountNative.MS_RDONLY;
        try
        {
            if (parsed.Propagation != 0)
            {
                Call("", target, "", parsed.Propagation, "");
            }

            // A bind takes its flags from its source, so they are given once more (mount(2), "Creating a bind mount").
            if ((parsed.Flags & readOnlyBind) == readOnlyBind)
            {
                Call("", target, "", parsed.Flags | MountNative.MS_REMOUNT, "");
            }
        }
        catch
        {
            Unmount(target);
            throw;
        }

        static void Call(string device, string target, string type, uint flags, string data)
        {
            if (MountNative.mount(device, target, type, flags, data) != 0)
            {
                var subject = (device.Length > 0 ? $"{device}:{target}" : target) + (flags != 0 ? $", flags: 0x{flags:x}" : "") + (data.Length > 0 ? $", data: {data}" : "");
                throw LinuxException.Last("mount", subject);
            }
        }
    }

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

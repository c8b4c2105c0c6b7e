using System.Globalization;

namespace Gantry.Runtime.Specification;

/// <summary>What Docker mounts into every container; a mount of the user's on the same place takes its stead.</summary>
internal static class DefaultMounts
{
    public static List<OciMount> For(LaunchSpec launch)
    {
        var access = launch.Privileged ? "rw" : "ro";
        List<OciMount> mounts =
        [
            new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", access]),
            new("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", launch.WritableCgroups ? "rw" : access]),
        ];
        if (launch.IpcMode == "host")
        {
            mounts.Add(new OciMount("/dev/mqueue", "bind", "/dev/mqueue", ["rbind", "nosuid", "noexec", "nodev"]));
            mounts.Add(new OciMount("/dev/shm", "bind", "/dev/shm", ["rbind", "nosuid", "noexec", "nodev"]));
            mounts.RemoveAll(mount => mount.Type == "bind" && !Directory.Exists(mount.Source));
        }
        else
        {
            var size = "size=" + launch.ShmSize.ToString(CultureInfo.InvariantCulture);
            mounts.Add(new OciMount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]));
            if (launch.ShmPath is { } shared)
            {
                mounts.Add(new OciMount("/dev/shm", "bind", shared, ["rbind", "nosuid", "noexec", "nodev"]));
            }
            else if (launch.IpcMode != "none")
            {
                mounts.Add(new OciMount("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", size]));
            }
        }

        mounts.RemoveAll(mount => launch.Mounts.Any(own => own.Destination.TrimEnd('/') == mount.Destination));
        return mounts;
    }
}

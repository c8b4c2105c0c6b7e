using Gantry.Linux;

namespace Gantry.Runtime.Cgroups;

/// <summary>Takes CPU quota and pids limit off a cgroup, which crun 1.8 cannot: it writes -1 as an unsigned number, and to pids.max, which wants "max".</summary>
internal static class LimitRemoval
{
    public static void Apply(CgroupHost host, string cgroupsPath, ResourceLimits limits)
    {
        if (limits.CpuQuota is < 0)
        {
            Write(host.Directory("cpu", cgroupsPath), host.IsUnified ? "cpu.max" : "cpu.cfs_quota_us", host.IsUnified ? "max" : "-1");
        }

        if (limits.PidsLimit is <= 0)
        {
            Write(host.Directory("pids", cgroupsPath), "pids.max", "max");
        }
    }

    private static void Write(string? directory, string file, string value)
    {
        if (directory is not null)
        {
            CgroupDirectory.TryWrite(directory + "/" + file, value);
        }
    }
}

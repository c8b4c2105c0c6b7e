using Gantry.Linux;

namespace Gantry.Runtime.Cgroups;

/// <summary>
/// The first move of a process between cgroups after a pause waits for an RCU grace period, 6 to 16 ms, while the kernel switches a
/// global lock to its slow mode; for some milliseconds after that, moves are quick. A move of this process to where it is already brings that
/// about, while other work of a start goes on.
/// </summary>
internal sealed class CgroupWarmth
{
    private readonly string? procs;
    private Task warming = Task.CompletedTask;

    public CgroupWarmth(CgroupHost host)
    {
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
        {
            // 8:pids:/user.slice or 0::/user.slice (cgroups(7))
            if (line.Split(':', 3) is [_, var controller, var path]
                && host.Directory(host.IsUnified ? "" : controller.Split(',')[0], path.TrimEnd('/')) is { } directory)
            {
                procs ??= directory + "/cgroup.procs";
            }
        }
    }

    /// <summary>Returns at once.</summary>
    public void Warm()
    {
        if (procs is not null && warming.IsCompleted)
        {
            warming = Task.Run(() => CgroupDirectory.TryWrite(procs, "0"));
        }
    }
}

namespace Gantry.Engine.Containers;

/// <summary>What of Docker's limits and namespaces this host's kernel has, told by the files of its cgroups.</summary>
internal static class KernelSupport
{
    private const string Cgroups = "/sys/fs/cgroup";

    /// <summary>Only version 2 is mounted.</summary>
    public static bool IsUnified { get; } = File.Exists(Cgroups + "/cgroup.controllers");

    public static bool BlockWeight { get; } = IsUnified || File.Exists(Cgroups + "/blkio/blkio.weight");

    public static bool BlockWeightDevice { get; } = IsUnified || File.Exists(Cgroups + "/blkio/blkio.weight_device");

    /// <summary>Version 2 has no such switch.</summary>
    public static bool OomKillDisable { get; } = !IsUnified && File.Exists(Cgroups + "/memory/memory.oom_control");

    public static bool MemorySwappiness { get; } = !IsUnified && File.Exists(Cgroups + "/memory/memory.swappiness");

    public static bool Swap { get; } = IsUnified || File.Exists(Cgroups + "/memory/memory.memsw.limit_in_bytes");

    /// <summary>As the kernel lists them: <c>0-3</c>.</summary>
    public static string OnlineCpus { get; } = ReadOr("/sys/devices/system/cpu/online", $"0-{Environment.ProcessorCount - 1}");

    public static string OnlineNodes { get; } = ReadOr("/sys/devices/system/node/online", "0");

    private static string ReadOr(string path, string otherwise)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return otherwise;
        }
    }
}

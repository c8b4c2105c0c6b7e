using System.Globalization;
using Gantry.Core;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>Refuses limits that are impossible or contradict each other, in Docker's words; drops, with a warning, what this kernel cannot do.</summary>
internal static class ResourceCheck
{
    private const long LeastMemory = 6 << 20;
    private const int MostCpus = 8192;

    /// <returns>The limits that can be set, and a warning for each that was dropped.</returns>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static (ResourceLimits Limits, IReadOnlyList<string> Warnings) Check(ResourceLimits limits, long nanoCpus)
    {
        CheckMemory(limits);
        CheckCpus(limits, nanoCpus);
        return Supported(limits);
    }

    /// <summary>What is wrong with a memory limit whatever the others are.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void CheckLeast(ResourceLimits limits) =>
        Refuse(limits.Memory is not null and not 0 and < LeastMemory, "Minimum memory limit allowed is 6MB");

    private static void CheckMemory(ResourceLimits limits)
    {
        CheckLeast(limits);
        Refuse(limits is { MemorySwap: > 0, Memory: null or 0 }, "You should always set the Memory limit when using Memoryswap limit, see usage");
        Refuse(limits.MemorySwap is > 0 && limits.MemorySwap < limits.Memory, "Minimum memoryswap limit should be larger than memory limit, see usage");
        Refuse(limits.MemorySwappiness is < -1 or > 100, $"Invalid value: {limits.MemorySwappiness}, valid memory swappiness range is 0-100");
        Refuse(limits.MemoryReservation is not null and not 0 and < LeastMemory, "Minimum memory reservation allowed is 6MB");
        Refuse(limits.Memory is > 0 && limits.MemoryReservation > limits.Memory, "Minimum memory limit can not be less than memory reservation limit, see usage");
    }

    private static void CheckCpus(ResourceLimits limits, long nanoCpus)
    {
        var cpus = Environment.ProcessorCount;
        Refuse(nanoCpus > 0 && limits.CpuPeriod is > 0, "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        Refuse(nanoCpus > 0 && limits.CpuQuota is > 0, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        Refuse(nanoCpus < 0 || nanoCpus > cpus * 1_000_000_000L, $"range of CPUs is from 0.01 to {cpus}.00, as there are only {cpus} CPUs available");
        Refuse(limits.CpuShares is < 0, $"invalid CPU shares ({limits.CpuShares}): value must be a positive integer");
        Refuse(limits.CpuPeriod is not null and not 0 and (< 1000 or > 1_000_000), "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        Refuse(limits.CpuQuota is > 0 and < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        CheckSet(limits.CpusetCpus, "cpuset cpus", "Requested CPUs are not available", KernelSupport.OnlineCpus);
        CheckSet(limits.CpusetMems, "cpuset mems", "Requested memory nodes are not available", KernelSupport.OnlineNodes);
    }

    /// <summary>Numbers and ranges, <c>0-2,4</c>, all of them within what is online.</summary>
    private static void CheckSet(string? list, string name, string missing, string online)
    {
        if (list is not { Length: > 0 })
        {
            return;
        }

        var asked = Expand(list, $"Invalid value {list} for {name}: ");
        Refuse(!asked.IsSubsetOf(Expand(online, "")), $"{missing} - requested {list}, available: {online}");
    }

    private static HashSet<int> Expand(string list, string refusal)
    {
        var numbers = new HashSet<int>();
        foreach (var part in list.Split(','))
        {
            var ends = part.Split('-');
            var last = 0;
            var wellFormed = ends.Length <= 2 & int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out last) && first <= last;
            Refuse(!wellFormed, $"{refusal}invalid format: {list}");
            Refuse(last > MostCpus, $"{refusal}value of out range, maximum is {MostCpus}");
            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return numbers;
    }

    private static (ResourceLimits Limits, IReadOnlyList<string> Warnings) Supported(ResourceLimits limits)
    {
        List<string> warnings = [];
        if (limits is { OomKillDisable: true, Memory: null or 0 })
        {
            warnings.Add("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
        }

        if (limits.OomKillDisable && !KernelSupport.OomKillDisable)
        {
            warnings.Add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
            limits = limits with { OomKillDisable = false };
        }

        if (limits.MemorySwappiness is not null && !KernelSupport.MemorySwappiness)
        {
            warnings.Add("Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.");
            limits = limits with { MemorySwappiness = null };
        }

        if (limits.BlkioWeight is not null && !KernelSupport.BlockWeight)
        {
            warnings.Add("Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
            limits = limits with { BlkioWeight = null };
        }
        else
        {
            Refuse(limits.BlkioWeight is not null and (< 10 or > 1000), "Range of blkio weight is from 10 to 1000");
        }

        if (limits.BlkioWeightDevice.Count > 0 && !KernelSupport.BlockWeightDevice)
        {
            warnings.Add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
            limits = limits with { BlkioWeightDevice = [] };
        }

        return (limits, warnings);
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw GantryException.Invalid(message);
        }
    }
}

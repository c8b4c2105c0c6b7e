using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Specification;

/// <summary>
/// Limits in OCI's terms; a group of which nothing is limited is left out. "Unlimited" is, too: a new cgroup has no limits, and crun 1.8 cannot
/// write them (see <see cref="Cgroups.LimitRemoval"/>).
/// </summary>
internal static class ResourceBuilder
{
    /// <exception cref="GantryException">InvalidArgument: a block device that is not there.</exception>
    public static OciResources Build(ResourceLimits limits) => new()
    {
        Memory = limits is { Memory: null, MemorySwap: null, MemoryReservation: null, MemorySwappiness: null, OomKillDisable: false }
            ? null
            : new OciMemory(
                limits.Memory,
                limits.MemoryReservation,
                limits.MemorySwap,
                limits.MemorySwappiness is >= 0 and var swappiness ? (ulong)swappiness : null,
                limits.OomKillDisable ? true : null),
        Cpu = limits is { CpuShares: null, CpuQuota: null, CpuPeriod: null, CpusetCpus: null, CpusetMems: null, CpuRealtimePeriod: null, CpuRealtimeRuntime: null }
            ? null
            : new OciCpu(
                (ulong?)limits.CpuShares,
                limits.CpuQuota is < 0 ? null : limits.CpuQuota,
                (ulong?)limits.CpuPeriod,
                limits.CpuRealtimeRuntime,
                (ulong?)limits.CpuRealtimePeriod,
                limits.CpusetCpus,
                limits.CpusetMems),
        Pids = limits.PidsLimit is > 0 and var pids ? new OciPids(pids) : null,
        BlockIo = BlockIo(limits),
    };

    private static OciBlockIo? BlockIo(ResourceLimits limits) =>
        limits is { BlkioWeight: null, BlkioWeightDevice: [], BlkioReadBytes: [], BlkioWriteBytes: [], BlkioReadOperations: [], BlkioWriteOperations: [] }
            ? null
            : new OciBlockIo
            {
                Weight = (ushort?)limits.BlkioWeight,
                WeightDevice = Devices(limits.BlkioWeightDevice, (node, value) => new OciWeightDevice(node.Major, node.Minor, (ushort)value)),
                ThrottleReadBpsDevice = Devices(limits.BlkioReadBytes, Throttle),
                ThrottleWriteBpsDevice = Devices(limits.BlkioWriteBytes, Throttle),
                ThrottleReadIOPSDevice = Devices(limits.BlkioReadOperations, Throttle),
                ThrottleWriteIOPSDevice = Devices(limits.BlkioWriteOperations, Throttle),
            };

    private static OciThrottleDevice Throttle(DeviceNode node, long rate) => new(node.Major, node.Minor, (ulong)rate);

    private static List<T>? Devices<T>(IReadOnlyList<BlockDeviceValue> values, Func<DeviceNode, long, T> make) =>
        values.Count == 0 ? null : [.. values.Select(value => make(Node(value.Path), value.Value))];

    private static DeviceNode Node(string path) => DeviceNode.Find(path)
        ?? throw GantryException.Invalid(Path.Exists(path) ? $"stat {path}: not a device node" : $"stat {path}: no such file or directory");
}

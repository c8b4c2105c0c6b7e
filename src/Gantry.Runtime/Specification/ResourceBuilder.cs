namespace Gantry.Runtime.Specification;

/// <summary>Limits in OCI's terms; a group of which nothing is limited is left out.</summary>
internal static class ResourceBuilder
{
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
        Cpu = limits is { CpuShares: null, CpuQuota: null, CpuPeriod: null, CpusetCpus: null, CpusetMems: null }
            ? null
            : new OciCpu(limits.CpuShares, limits.CpuQuota, limits.CpuPeriod, limits.CpusetCpus, limits.CpusetMems),
        Pids = limits.PidsLimit is { } pids ? new OciPids(pids <= 0 ? -1 : pids) : null,
        BlockIo = limits.BlkioWeight is { } weight ? new OciBlockIo(weight) : null,
    };
}

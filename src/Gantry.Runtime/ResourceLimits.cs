namespace Gantry.Runtime;

/// <summary>Null means "not limited". Memory in bytes; CPU quota and period in microseconds.</summary>
public sealed record ResourceLimits
{
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? MemoryReservation { get; init; }
    public int? MemorySwappiness { get; init; }
    public bool OomKillDisable { get; init; }
    public ulong? CpuShares { get; init; }
    public long? CpuQuota { get; init; }
    public ulong? CpuPeriod { get; init; }
    public string? CpusetCpus { get; init; }
    public string? CpusetMems { get; init; }
    public long? PidsLimit { get; init; }
    public ushort? BlkioWeight { get; init; }
}

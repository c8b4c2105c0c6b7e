namespace Gantry.Runtime;

/// <summary>Raw cgroup counters, v1 or v2 behind one shape. Nanoseconds and bytes.</summary>
public sealed record CgroupStats
{
    public ulong CpuTotal { get; init; }
    public ulong CpuUser { get; init; }
    public ulong CpuKernel { get; init; }
    public ulong ThrottledPeriods { get; init; }
    public ulong Periods { get; init; }
    public ulong ThrottledTime { get; init; }
    public ulong MemoryUsage { get; init; }
    public ulong MemoryLimit { get; init; }
    public ulong MemoryMaxUsage { get; init; }
    public IReadOnlyDictionary<string, ulong> MemoryDetails { get; init; } = new Dictionary<string, ulong>();
    /// <summary>By processor; empty on version 2, which does not count so.</summary>
    public IReadOnlyList<ulong> CpuByProcessor { get; init; } = [];
    public ulong Pids { get; init; }
    /// <summary>No limit is 0 on version 1 and all bits on version 2, as Docker shows them.</summary>
    public ulong PidsLimit { get; init; }
    public IReadOnlyList<(uint Major, uint Minor, string Operation, ulong Bytes)> BlockIo { get; init; } = [];
    /// <summary>Requests rather than bytes; null on version 2.</summary>
    public IReadOnlyList<(uint Major, uint Minor, string Operation, ulong Requests)>? BlockRequests { get; init; }
}

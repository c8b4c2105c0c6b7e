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
    public ulong Pids { get; init; }
    public ulong PidsLimit { get; init; }
    public IReadOnlyList<(uint Major, uint Minor, string Operation, ulong Bytes)> BlockIo { get; init; } = [];
}

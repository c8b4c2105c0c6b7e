using Gantry.Api.Containers;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Runtime;

namespace Gantry.Daemon.Mapping;

/// <summary>One moment of a container: its cgroup's counters, the host's processor time and the interfaces' counters.</summary>
/// <param name="Counters">Null while the container does not run.</param>
internal sealed record StatsSample(DateTimeOffset At, CgroupStats? Counters, ulong HostCpu, IReadOnlyDictionary<string, NetworkStats>? Networks)
{
    /// <summary>The host's memory, which is the limit of a container without one.</summary>
    public ulong HostMemory { get; init; } = ulong.MaxValue;
}

/// <summary>Two samples become Docker's statistics.</summary>
internal static class StatsMapping
{
    /// <param name="previous">Null for the first of a stream: rates are not known yet.</param>
    public static ContainerStatsResponse ToWire(this StatsSample sample, StatsSample? previous, Container container) => new()
    {
        Name = "/" + container.Name,
        Id = container.Id.ToString(),
        Read = sample.Counters is null ? Timestamp.Never : Timestamp.Format(sample.At),
        PreRead = previous?.Counters is null ? Timestamp.Never : Timestamp.Format(previous.At),
        PidsStats = new PidsStats { Current = sample.Counters?.Pids ?? 0, Limit = sample.Counters?.PidsLimit ?? 0 },
        BlkioStats = sample.Counters is { } io ? BlockIo(io) : new BlkioStats(),
        CpuStats = Cpu(sample),
        PreCpuStats = previous is null ? new CpuStats() : Cpu(previous),
        MemoryStats = sample.Counters is not { } memory ? new MemoryStats() : new MemoryStats
        {
            Usage = memory.MemoryUsage,
            MaxUsage = memory.MemoryMaxUsage,
            Limit = Math.Min(memory.MemoryLimit, sample.HostMemory),
            Stats = memory.MemoryDetails,
        },
        Networks = sample.Networks,
    };

    // On version 1 what the kernel no longer counts is empty; on version 2 it is null.
    private static BlkioStats BlockIo(CgroupStats io)
    {
        IReadOnlyList<BlkioStatEntry>? none = io.BlockRequests is null ? null : [];
        return new BlkioStats
        {
            IoServiceBytesRecursive = [.. io.BlockIo.Select(Entry)],
            IoServicedRecursive = io.BlockRequests is { } requests ? [.. requests.Select(Entry)] : null,
            IoQueuedRecursive = none,
            IoServiceTimeRecursive = none,
            IoWaitTimeRecursive = none,
            IoMergedRecursive = none,
            IoTimeRecursive = none,
            SectorsRecursive = none,
        };
    }

    private static CpuStats Cpu(StatsSample sample) => sample.Counters is not { } counters ? new CpuStats() : new CpuStats
    {
        CpuUsage = new CpuUsage { TotalUsage = counters.CpuTotal, PercpuUsage = counters.CpuByProcessor.Count > 0 ? counters.CpuByProcessor : null, UsageInKernelmode = counters.CpuKernel, UsageInUsermode = counters.CpuUser },
        SystemUsage = sample.HostCpu,
        OnlineCpus = (uint)Environment.ProcessorCount,
        ThrottlingData = new ThrottlingData { Periods = counters.Periods, ThrottledPeriods = counters.ThrottledPeriods, ThrottledTime = counters.ThrottledTime },
    };

    private static BlkioStatEntry Entry((uint Major, uint Minor, string Operation, ulong Value) io) =>
        new() { Major = io.Major, Minor = io.Minor, Op = io.Operation, Value = io.Value };
}

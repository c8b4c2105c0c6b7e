namespace Gantry.Runtime;

/// <summary>Null means "not limited". Memory in bytes; CPU quotas and periods in microseconds. Values are as asked: checked by the engine.</summary>
public sealed record ResourceLimits
{
    public long? Memory { get; init; }
    /// <summary>Memory plus swap; -1 is unlimited swap.</summary>
    public long? MemorySwap { get; init; }
    public long? MemoryReservation { get; init; }
    public int? MemorySwappiness { get; init; }
    public bool OomKillDisable { get; init; }
    public long? CpuShares { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuPeriod { get; init; }
    public long? CpuRealtimePeriod { get; init; }
    public long? CpuRealtimeRuntime { get; init; }
    public string? CpusetCpus { get; init; }
    public string? CpusetMems { get; init; }
    public long? PidsLimit { get; init; }
    public int? BlkioWeight { get; init; }
    /// <summary>Relative weights, 10 to 1000, by block device.</summary>
    public IReadOnlyList<BlockDeviceValue> BlkioWeightDevice { get; init; } = [];
    /// <summary>Bytes a second.</summary>
    public IReadOnlyList<BlockDeviceValue> BlkioReadBytes { get; init; } = [];
    public IReadOnlyList<BlockDeviceValue> BlkioWriteBytes { get; init; } = [];
    /// <summary>Operations a second.</summary>
    public IReadOnlyList<BlockDeviceValue> BlkioReadOperations { get; init; } = [];
    public IReadOnlyList<BlockDeviceValue> BlkioWriteOperations { get; init; } = [];
}

/// <summary>A number for the block device whose node is at <paramref name="Path"/> on the host.</summary>
public sealed record BlockDeviceValue(string Path, long Value);

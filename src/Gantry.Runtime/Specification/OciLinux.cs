using System.Text.Json.Serialization;

namespace Gantry.Runtime.Specification;

/// <summary>config-linux.md.</summary>
internal sealed record OciLinux
{
    public required IReadOnlyList<OciNamespace> Namespaces { get; init; }
    public IReadOnlyList<OciDevice>? Devices { get; init; }
    public required string CgroupsPath { get; init; }
    public required OciResources Resources { get; init; }
    public string? RootfsPropagation { get; init; }
    public OciSeccomp? Seccomp { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public required IReadOnlyList<string> MaskedPaths { get; init; }
    public required IReadOnlyList<string> ReadonlyPaths { get; init; }
}

internal sealed record OciNamespace(string Type, string? Path = null);

internal sealed record OciDevice(string Path, string Type, long Major, long Minor, uint FileMode, uint Uid, uint Gid);

internal sealed record OciResources
{
    public IReadOnlyList<OciDeviceRule>? Devices { get; init; }
    public OciMemory? Memory { get; init; }
    public OciCpu? Cpu { get; init; }
    public OciPids? Pids { get; init; }
    [JsonPropertyName("blockIO")]
    public OciBlockIo? BlockIo { get; init; }
}

internal sealed record OciDeviceRule(bool Allow, string? Type, long? Major, long? Minor, string Access);

internal sealed record OciMemory(long? Limit, long? Reservation, long? Swap, ulong? Swappiness, [property: JsonPropertyName("disableOOMKiller")] bool? DisableOomKiller);

internal sealed record OciCpu(ulong? Shares, long? Quota, ulong? Period, long? RealtimeRuntime, ulong? RealtimePeriod, string? Cpus, string? Mems);

internal sealed record OciPids(long Limit);

internal sealed record OciBlockIo
{
    public ushort? Weight { get; init; }
    public IReadOnlyList<OciWeightDevice>? WeightDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleReadBpsDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleWriteBpsDevice { get; init; }
    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<OciThrottleDevice>? ThrottleReadIOPSDevice { get; init; }
    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<OciThrottleDevice>? ThrottleWriteIOPSDevice { get; init; }
}

internal sealed record OciWeightDevice(long Major, long Minor, ushort Weight);

internal sealed record OciThrottleDevice(long Major, long Minor, ulong Rate);

internal sealed record OciSeccomp
{
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public required IReadOnlyList<string> Architectures { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public required IReadOnlyList<OciSyscall> Syscalls { get; init; }
}

internal sealed record OciSyscall(IReadOnlyList<string> Names, string Action, uint? ErrnoRet, IReadOnlyList<OciSyscallArgument>? Args);

internal sealed record OciSyscallArgument(uint Index, ulong Value, ulong ValueTwo, string Op);

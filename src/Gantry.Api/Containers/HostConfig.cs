using System.Text.Json.Serialization;

namespace Gantry.Api.Containers;

/// <summary>What of a container depends on this host: mounts, ports, limits, security (moby <c>container.HostConfig</c>).</summary>
public sealed record HostConfig
{
    public IReadOnlyList<string>? Binds { get; set; }

    public string? ContainerIDFile { get; set; } = "";

    public LogConfig? LogConfig { get; set; } = new();

    public string? NetworkMode { get; set; } = "";

    /// <summary>Keys are <c>80/tcp</c>; an empty list or host port asks for any free port.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?>? PortBindings { get; set; }

    public RestartPolicy? RestartPolicy { get; set; } = new();

    public bool AutoRemove { get; set; }

    public string? VolumeDriver { get; set; } = "";

    public IReadOnlyList<string>? VolumesFrom { get; set; }

    /// <summary>Height and width.</summary>
    public IReadOnlyList<int>? ConsoleSize { get; set; } = [0, 0];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? CapAdd { get; set; }

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? CapDrop { get; set; }

    public string? CgroupnsMode { get; set; } = "";

    public IReadOnlyList<string>? Dns { get; set; }

    public IReadOnlyList<string>? DnsOptions { get; set; }

    public IReadOnlyList<string>? DnsSearch { get; set; }

    public IReadOnlyList<string>? ExtraHosts { get; set; }

    public IReadOnlyList<string>? GroupAdd { get; set; }

    public string? IpcMode { get; set; } = "";

    public string? Cgroup { get; set; } = "";

    public IReadOnlyList<string>? Links { get; set; }

    public int OomScoreAdj { get; set; }

    public string? PidMode { get; set; } = "";

    public bool Privileged { get; set; }

    public bool PublishAllPorts { get; set; }

    public bool ReadonlyRootfs { get; set; }

    public IReadOnlyList<string>? SecurityOpt { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? StorageOpt { get; set; }

    /// <summary>Mount options by path in the container.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Tmpfs { get; set; }

    public string? UTSMode { get; set; } = "";

    public string? UsernsMode { get; set; } = "";

    /// <summary>Bytes; zero takes the daemon's default.</summary>
    public long ShmSize { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Sysctls { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Runtime { get; set; }

    public string? Isolation { get; set; } = "";

    public long CpuShares { get; set; }

    public long Memory { get; set; }

    public long NanoCpus { get; set; }

    public string? CgroupParent { get; set; } = "";

    public int BlkioWeight { get; set; }

    public IReadOnlyList<BlkioWeightDevice>? BlkioWeightDevice { get; set; }

    public IReadOnlyList<BlkioThrottleDevice>? BlkioDeviceReadBps { get; set; }

    public IReadOnlyList<BlkioThrottleDevice>? BlkioDeviceWriteBps { get; set; }

    public IReadOnlyList<BlkioThrottleDevice>? BlkioDeviceReadIOps { get; set; }

    public IReadOnlyList<BlkioThrottleDevice>? BlkioDeviceWriteIOps { get; set; }

    public long CpuPeriod { get; set; }

    public long CpuQuota { get; set; }

    public long CpuRealtimePeriod { get; set; }

    public long CpuRealtimeRuntime { get; set; }

    public string? CpusetCpus { get; set; } = "";

    public string? CpusetMems { get; set; } = "";

    public IReadOnlyList<DeviceMapping>? Devices { get; set; }

    public IReadOnlyList<string>? DeviceCgroupRules { get; set; }

    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; set; }

    public long MemoryReservation { get; set; }

    /// <summary>Memory plus swap; -1 is unlimited swap.</summary>
    public long MemorySwap { get; set; }

    public long? MemorySwappiness { get; set; }

    public bool? OomKillDisable { get; set; }

    /// <summary>Null, 0 or -1 is unlimited.</summary>
    public long? PidsLimit { get; set; }

    public IReadOnlyList<Ulimit>? Ulimits { get; set; }

    public long CpuCount { get; set; }

    public long CpuPercent { get; set; }

    public long IOMaximumIOps { get; set; }

    public long IOMaximumBandwidth { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MountRequest>? Mounts { get; set; }

    /// <summary>Null takes the defaults, an empty list masks nothing.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; set; }

    public IReadOnlyList<string>? ReadonlyPaths { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Init { get; set; }
}

/// <summary>Log driver and its options.</summary>
public sealed record LogConfig
{
    public string? Type { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Config { get; set; }
}

/// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c> with a number of tries.</summary>
public sealed record RestartPolicy
{
    public string? Name { get; set; } = "";

    public int MaximumRetryCount { get; set; }
}

/// <summary>Where a container port is published on the host. An empty host port asks for a free one.</summary>
public sealed record PortBinding
{
    public string? HostIp { get; set; } = "";

    public string? HostPort { get; set; } = "";
}

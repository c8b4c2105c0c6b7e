using System.Text.Json.Serialization;

namespace Gantry.Api.Containers;

/// <summary>A block device's proportional weight.</summary>
public sealed record BlkioWeightDevice(string Path, int Weight);

/// <summary>A block device's limit, bytes or operations a second.</summary>
public sealed record BlkioThrottleDevice(string Path, long Rate);

/// <summary>A host device given to a container.</summary>
public sealed record DeviceMapping
{
    public string PathOnHost { get; set; } = "";

    public string PathInContainer { get; set; } = "";

    /// <summary>Any of <c>r</c>, <c>w</c>, <c>m</c>.</summary>
    public string CgroupPermissions { get; set; } = "";
}

/// <summary>Devices asked of a driver (<c>--gpus</c>, CDI).</summary>
public sealed record DeviceRequest
{
    public string? Driver { get; set; } = "";

    public int Count { get; set; }

    public IReadOnlyList<string>? DeviceIDs { get; set; }

    public IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; set; }

    public IReadOnlyDictionary<string, string>? Options { get; set; }
}

/// <summary>A resource limit (getrlimit(2)); -1 is unlimited.</summary>
public sealed record Ulimit
{
    public string Name { get; set; } = "";

    public long Hard { get; set; }

    public long Soft { get; set; }
}

/// <summary>Body of <c>POST /containers/{id}/update</c>: new limits; what is zero or null stays as it is.</summary>
public sealed record ContainerUpdateRequest
{
    public long CpuShares { get; set; }

    public long Memory { get; set; }

    public long NanoCpus { get; set; }

    public string? CgroupParent { get; set; } = "";

    public int BlkioWeight { get; set; }

    public long CpuPeriod { get; set; }

    public long CpuQuota { get; set; }

    public long CpuRealtimePeriod { get; set; }

    public long CpuRealtimeRuntime { get; set; }

    public string? CpusetCpus { get; set; } = "";

    public string? CpusetMems { get; set; } = "";

    public long MemoryReservation { get; set; }

    public long MemorySwap { get; set; }

    public long? MemorySwappiness { get; set; }

    public bool? OomKillDisable { get; set; }

    public long? PidsLimit { get; set; }

    public IReadOnlyList<Ulimit>? Ulimits { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestartPolicy? RestartPolicy { get; set; }
}

/// <summary>Answer of <c>POST /containers/{id}/update</c>.</summary>
public sealed record ContainerUpdateResponse
{
    public IReadOnlyList<string>? Warnings { get; set; }
}

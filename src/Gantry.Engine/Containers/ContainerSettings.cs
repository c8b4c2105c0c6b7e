using Gantry.Images;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>
/// What was asked of a container: Docker's create body, normalised once at the edge. After creation it holds the merged
/// result of request and image, as <c>docker inspect</c> gives it back. Null lists mean "not given".
/// </summary>
public sealed record ContainerSettings
{
    /// <summary>Image as the client wrote it.</summary>
    public required string Image { get; init; }

    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    public string User { get; init; } = "";

    public bool AttachStdin { get; init; }

    public bool AttachStdout { get; init; }

    public bool AttachStderr { get; init; }

    public bool Tty { get; init; }

    public bool OpenStdin { get; init; }

    public bool StdinOnce { get; init; }

    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Null takes the image's; empty or one empty string clears it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    public string WorkingDir { get; init; } = "";

    /// <summary>Container paths that get an anonymous volume.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary><c>80/tcp</c> form.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string? StopSignal { get; init; }

    /// <summary>Seconds; null is the default of ten.</summary>
    public int? StopTimeout { get; init; }

    public Healthcheck? Healthcheck { get; init; }

    public IReadOnlyList<string>? Shell { get; init; }

    public bool NetworkDisabled { get; init; }

    public HostSettings Host { get; init; } = new();

    /// <summary>Networks by the name or id the client wrote; empty means what <see cref="HostSettings.NetworkMode"/> says.</summary>
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; init; } = new Dictionary<string, EndpointSettings>();
}

/// <summary>What a container asks of one network.</summary>
public sealed record EndpointSettings
{
    public string? IPv4Address { get; init; }

    public string? IPv6Address { get; init; }

    public string? MacAddress { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<string> Links { get; init; } = [];

    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = new Dictionary<string, string>();

    public int GatewayPriority { get; init; }
}

/// <summary>The host's side of a container: Docker's HostConfig.</summary>
public sealed record HostSettings
{
    /// <summary><c>source:destination[:options]</c> as written.</summary>
    public IReadOnlyList<string> Binds { get; init; } = [];

    public IReadOnlyList<MountSettings> Mounts { get; init; } = [];

    /// <summary>Path to mount options.</summary>
    public IReadOnlyDictionary<string, string> Tmpfs { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    public string VolumeDriver { get; init; } = "";

    /// <summary><c>default</c>, <c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> or a network.</summary>
    public string NetworkMode { get; init; } = "default";

    /// <summary>Container port (<c>80/tcp</c>) to host addresses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<HostPort>> PortBindings { get; init; } = new Dictionary<string, IReadOnlyList<HostPort>>();

    public bool PublishAllPorts { get; init; }

    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.No;

    public bool AutoRemove { get; init; }

    /// <summary>Empty takes the daemon's default.</summary>
    public string LogDriver { get; init; } = "";

    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> Links { get; init; } = [];

    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    public string IpcMode { get; init; } = "";

    public string PidMode { get; init; } = "";

    public string UtsMode { get; init; } = "";

    public string UsernsMode { get; init; } = "";

    public string CgroupnsMode { get; init; } = "";

    public string CgroupParent { get; init; } = "";

    public bool Privileged { get; init; }

    public bool ReadonlyRootfs { get; init; }

    public IReadOnlyList<string> SecurityOpt { get; init; } = [];

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> StorageOpt { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes; zero takes 64 MiB.</summary>
    public long ShmSize { get; init; }

    public IReadOnlyList<DeviceSpec> Devices { get; init; } = [];

    /// <summary><c>--gpus</c> and the like: kept and shown; there is no device driver, so the start fails.</summary>
    public IReadOnlyList<DeviceRequest> DeviceRequests { get; init; } = [];

    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];

    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    public ResourceLimits Resources { get; init; } = new();

    /// <summary>CPUs in billionths, as the client gave it; quota and period follow from it.</summary>
    public long NanoCpus { get; init; }

    public int OomScoreAdj { get; init; }

    public bool? Init { get; init; }

    public string Runtime { get; init; } = "";

    public string Isolation { get; init; } = "";

    public string ContainerIdFile { get; init; } = "";

    /// <summary>Height and width, as the API has it.</summary>
    public IReadOnlyList<int>? ConsoleSize { get; init; }

    public IReadOnlyList<string>? MaskedPaths { get; init; }

    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
}

/// <summary>An entry of <c>--mount</c>.</summary>
public sealed record MountSettings
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>.</summary>
    public required string Type { get; init; }

    public string Source { get; init; } = "";

    public required string Target { get; init; }

    public bool ReadOnly { get; init; }

    public string Consistency { get; init; } = "";

    public string? BindPropagation { get; init; }

    public bool BindNonRecursive { get; init; }

    public bool BindCreateMountpoint { get; init; }

    /// <summary>Read-only, but not what is mounted below it.</summary>
    public bool BindReadOnlyNonRecursive { get; init; }

    /// <summary>Read-only with all that is mounted below it, or not at all.</summary>
    public bool BindReadOnlyForceRecursive { get; init; }

    public bool VolumeNoCopy { get; init; }

    public string? VolumeSubpath { get; init; }

    public IReadOnlyDictionary<string, string> VolumeLabels { get; init; } = new Dictionary<string, string>();

    public string? VolumeDriver { get; init; }

    public IReadOnlyDictionary<string, string> VolumeOptions { get; init; } = new Dictionary<string, string>();

    public long TmpfsSize { get; init; }

    public int TmpfsMode { get; init; }

    /// <summary>Further options, <c>name</c> or <c>name=value</c>.</summary>
    public IReadOnlyList<string> TmpfsOptions { get; init; } = [];

    public string? ImageSubpath { get; init; }

    public bool HasImageOptions { get; init; }

    public bool HasBindOptions { get; init; }

    public bool HasVolumeOptions { get; init; }

    public bool HasTmpfsOptions { get; init; }
}

/// <summary>Where a container port appears on the host. Empty address: the network's default; empty port: a free one; <c>8000-8010</c>: one of a range.</summary>
public sealed record HostPort(string Address, string Port);

/// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c> with a bound (zero: none).</summary>
public sealed record RestartPolicy(string Name, int MaximumRetryCount)
{
    public static RestartPolicy No { get; } = new("no", 0);
}

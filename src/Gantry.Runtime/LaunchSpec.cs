using Gantry.Core;

namespace Gantry.Runtime;

/// <summary>Everything needed to run one container: resolved, absolute, no names left to look up. The runtime turns it into an OCI config.json.</summary>
public sealed record LaunchSpec
{
    public required ContainerId Id { get; init; }
    /// <summary>Mounted root filesystem (absolute host path).</summary>
    public required string RootDirectory { get; init; }
    public bool ReadOnlyRoot { get; init; }
    public required ProcessSpec Process { get; init; }
    public string Hostname { get; init; } = "";
    public string Domainname { get; init; } = "";
    /// <summary>Beyond the defaults (/proc, /dev, /dev/pts, /dev/mqueue, /dev/shm, /sys, /sys/fs/cgroup), which the runtime adds, in order.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];
    public long ShmSize { get; init; } = 64 << 20;
    /// <summary>Network namespace to join; null shares the host's.</summary>
    public string? NetworkNamespacePath { get; init; }
    /// <summary>"private" (default), "none" (private without /dev/shm), "host", or a namespace path to join.</summary>
    public string IpcMode { get; init; } = "private";
    /// <summary>A host folder to show at /dev/shm in place of an own one: of a container whose memory is shared.</summary>
    public string? ShmPath { get; init; }
    public string PidMode { get; init; } = "private";
    public string UtsMode { get; init; } = "private";
    public string CgroupNamespaceMode { get; init; } = "private";
    /// <summary>The container may write to its cgroups.</summary>
    public bool WritableCgroups { get; init; }
    /// <summary>AppArmor profile by name, or "unconfined"; null where the host has no AppArmor. The default one is loaded when it is missing.</summary>
    public string? AppArmorProfile { get; init; }
    /// <summary>"crun" or "runc"; empty takes the preferred one.</summary>
    public string Runtime { get; init; } = "";
    public bool Privileged { get; init; }
    /// <summary>Docker's names with or without CAP_, or ALL.</summary>
    public IReadOnlyList<string> CapabilitiesAdd { get; init; } = [];
    public IReadOnlyList<string> CapabilitiesDrop { get; init; } = [];
    /// <summary>null: Docker's default profile; "unconfined"; or a profile as JSON text (Docker's seccomp format).</summary>
    public string? SeccompProfile { get; init; }
    public bool NoNewPrivileges { get; init; }
    /// <summary>null: Docker's defaults; empty: none (systempaths=unconfined).</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<DeviceSpec> Devices { get; init; } = [];
    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];
    public ResourceLimits Resources { get; init; } = new();
    public string? CgroupParent { get; init; }
    public bool Init { get; init; }
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
    public required LogFile Log { get; init; }
    /// <summary>Stdin is kept open (docker -i); otherwise /dev/null.</summary>
    public bool OpenStdin { get; init; }
    /// <summary>Stdin closes for the container when the first attached client that sent stdin goes away.</summary>
    public bool StdinOnce { get; init; }
}

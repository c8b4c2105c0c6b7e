using System.Text.Json.Serialization;

namespace Gantry.Api.System;

/// <summary>Answer of <c>GET /info</c>.</summary>
public sealed record SystemInfoResponse
{
    public string ID { get; set; } = "";

    public int Containers { get; set; }

    public int ContainersRunning { get; set; }

    public int ContainersPaused { get; set; }

    public int ContainersStopped { get; set; }

    public int Images { get; set; }

    public string Driver { get; set; } = "";

    public IReadOnlyList<IReadOnlyList<string>>? DriverStatus { get; set; }

    public PluginsInfo Plugins { get; set; } = new();

    public bool MemoryLimit { get; set; }

    public bool SwapLimit { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemory { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemoryTCP { get; set; }

    public bool CpuCfsPeriod { get; set; }

    public bool CpuCfsQuota { get; set; }

    public bool CPUShares { get; set; }

    public bool CPUSet { get; set; }

    public bool PidsLimit { get; set; }

    public bool IPv4Forwarding { get; set; }

    /// <summary>Before API 1.50; always false by then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BridgeNfIptables { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BridgeNfIp6tables { get; set; }

    public bool Debug { get; set; }

    public int NFd { get; set; }

    public bool OomKillDisable { get; set; }

    public int NGoroutines { get; set; }

    public string SystemTime { get; set; } = "";

    public string LoggingDriver { get; set; } = "";

    public string CgroupDriver { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CgroupVersion { get; set; }

    public int NEventsListener { get; set; }

    public string KernelVersion { get; set; } = "";

    public string OperatingSystem { get; set; } = "";

    public string OSVersion { get; set; } = "";

    public string OSType { get; set; } = "";

    public string Architecture { get; set; } = "";

    public string IndexServerAddress { get; set; } = "";

    public RegistryServiceConfig? RegistryConfig { get; set; }

    public int NCPU { get; set; }

    public long MemTotal { get; set; }

    public IReadOnlyList<GenericResource>? GenericResources { get; set; }

    public string DockerRootDir { get; set; } = "";

    public string HttpProxy { get; set; } = "";

    public string HttpsProxy { get; set; } = "";

    public string NoProxy { get; set; } = "";

    public string Name { get; set; } = "";

    public IReadOnlyList<string>? Labels { get; set; }

    public bool ExperimentalBuild { get; set; }

    public string ServerVersion { get; set; } = "";

    public IReadOnlyDictionary<string, RuntimeInfo>? Runtimes { get; set; }

    public string DefaultRuntime { get; set; } = "";

    public SwarmInfo Swarm { get; set; } = new();

    public bool LiveRestoreEnabled { get; set; }

    public string Isolation { get; set; } = "";

    public string InitBinary { get; set; } = "";

    public CommitInfo ContainerdCommit { get; set; } = new();

    public CommitInfo RuncCommit { get; set; } = new();

    public CommitInfo InitCommit { get; set; } = new();

    public IReadOnlyList<string>? SecurityOptions { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProductLicense { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressPool>? DefaultAddressPools { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FirewallInfo? FirewallBackend { get; set; }

    public IReadOnlyList<string>? CDISpecDirs { get; set; }

    public IReadOnlyList<string>? Warnings { get; set; }
}

public sealed record PluginsInfo
{
    public IReadOnlyList<string>? Volume { get; set; }

    public IReadOnlyList<string>? Network { get; set; }

    public IReadOnlyList<string>? Authorization { get; set; }

    public IReadOnlyList<string>? Log { get; set; }
}

public sealed record CommitInfo
{
    public string ID { get; set; } = "";

    /// <summary>Before API 1.49.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; set; }
}

public sealed record RuntimeInfo
{
    [JsonPropertyName("path")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; set; }

    [JsonPropertyName("runtimeArgs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RuntimeArgs { get; set; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Status { get; set; }
}

public sealed record SwarmInfo
{
    public string NodeID { get; set; } = "";

    public string NodeAddr { get; set; } = "";

    public string LocalNodeState { get; set; } = "inactive";

    public bool ControlAvailable { get; set; }

    public string Error { get; set; } = "";

    public IReadOnlyList<EmptyObject>? RemoteManagers { get; set; }
}

public sealed record GenericResource;

public sealed record AddressPool
{
    public string Base { get; set; } = "";

    public int Size { get; set; }
}

public sealed record FirewallInfo
{
    public string Driver { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<string>>? Info { get; set; }
}

public sealed record RegistryServiceConfig
{
    public IReadOnlyList<string> InsecureRegistryCIDRs { get; set; } = [];

    public IReadOnlyDictionary<string, RegistryIndexInfo> IndexConfigs { get; set; } = new Dictionary<string, RegistryIndexInfo>();

    public IReadOnlyList<string>? Mirrors { get; set; }
}

public sealed record RegistryIndexInfo
{
    public string Name { get; set; } = "";

    public IReadOnlyList<string> Mirrors { get; set; } = [];

    public bool Secure { get; set; }

    public bool Official { get; set; }
}

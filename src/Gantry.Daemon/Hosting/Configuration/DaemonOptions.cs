using System.Net;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Builds;
using Gantry.Networking;
using Gantry.Plugins;
using Gantry.Registry;
using Gantry.Runtime;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>How a daemon is to run, as its command line and its file say.</summary>
internal sealed record DaemonOptions
{
    /// <summary>Addresses to listen on, as written; Gantry's own socket when none was given.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    public TlsOptions Tls { get; init; } = new();

    public string DataRoot { get; init; } = "/var/lib/gantry";

    public string ExecRoot { get; init; } = "/run/gantry";

    public string? PidFile { get; init; }

    /// <summary>Owner group of the sockets; null takes <c>docker</c> or <c>gantry</c> where one exists.</summary>
    public string? Group { get; init; }

    public bool Debug { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public bool JsonLog { get; init; }

    /// <summary><c>KEY=VALUE</c> each.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Null: the binary beside this one.</summary>
    public string? MonitorPath { get; init; }

    public string? RuntimePath { get; init; }

    public IReadOnlyList<(string Name, RuntimeProgram Program)> Runtimes { get; init; } = [];

    public string? DefaultRuntime { get; init; }

    public string CgroupParent { get; init; } = "/gantry";

    public string? NftTable { get; init; }

    public string? DefaultBridge { get; init; }

    public string? BridgePrefix { get; init; }

    public IReadOnlyList<(IPNetwork Pool, int PrefixLength)> AddressPools { get; init; } = [];

    /// <summary>The default network's bridge.</summary>
    public (IPAddress Address, IPNetwork Subnet)? DefaultAddress { get; init; }

    public IPNetwork? FixedRange { get; init; }

    /// <summary>Of the default network; 0 is the default.</summary>
    public int Mtu { get; init; }

    public bool AllowDirectRouting { get; init; }

    public IReadOnlyList<IPAddress> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public ContainerDefaults ContainerDefaults { get; init; } = new();

    /// <summary>Names of plugins that every request has to pass, in order.</summary>
    public IReadOnlyList<string> AuthorizationPlugins { get; init; } = [];

    /// <summary>Folders of plugins' sockets and specs; empty means Docker's.</summary>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    public IReadOnlyList<Uri> RegistryMirrors { get; init; } = [];

    public int MaxDownloads { get; init; } = 3;

    public int MaxUploads { get; init; } = 5;

    public int MaxAttempts { get; init; } = 5;

    /// <summary>Variables and values.</summary>
    public IReadOnlyList<(string Variable, string Value)> Proxies { get; init; } = [];

    public IReadOnlyDictionary<string, string> Features { get; init; } = new Dictionary<string, string>();

    public bool LiveRestore { get; init; }

    /// <summary>Of the build cache, after each build.</summary>
    public IReadOnlyList<CachePolicy> CachePolicies { get; init; } = [];

    /// <summary>Seconds.</summary>
    public int ShutdownTimeout { get; init; } = 15;

    /// <summary>What was given and has no effect, one line each.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The least level that is logged.</summary>
    public LogLevel MinimumLevel => Debug ? LogLevel.Debug : LogLevel;

    public DaemonOptions WithDefaults(Func<ContainerDefaults, ContainerDefaults> change) => this with { ContainerDefaults = change(ContainerDefaults) };

    /// <exception cref="ConfigurationException">The default runtime is none of the known ones.</exception>
    public EngineOptions ToEngineOptions()
    {
        var networking = new NetworkingOptions { UpstreamDns = Dns, DefaultAddress = DefaultAddress, DefaultRange = FixedRange, DefaultMtu = Mtu > 0 ? Mtu : null, AllowDirectRouting = AllowDirectRouting };
        networking = NftTable is null ? networking : networking with { TableName = NftTable };
        networking = DefaultBridge is null ? networking : networking with { DefaultBridge = DefaultBridge };
        networking = BridgePrefix is null ? networking : networking with { BridgePrefix = BridgePrefix };
        networking = AddressPools.Count == 0 ? networking : networking with { AddressPools = AddressPools };
        return new EngineOptions
        {
            DataDirectory = Path.GetFullPath(DataRoot),
            RunDirectory = Path.GetFullPath(ExecRoot),
            MonitorPath = MonitorPath ?? Path.Combine(AppContext.BaseDirectory, "gantry-monitor"),
            RuntimePath = RuntimePath,
            RuntimeName = RuntimePath is null ? CheckedDefaultRuntime() : null,
            Runtimes = Runtimes.ToDictionary(runtime => runtime.Name, runtime => runtime.Program),
            CgroupParent = CgroupParent,
            CachePolicies = CachePolicies,
            Networking = networking,
            Dns = new DnsDefaults([.. Dns.Select(address => address.ToString())], DnsOptions, DnsSearch),
            Plugins = PluginDirectories.Count == 0 ? new PluginOptions() : new PluginOptions { SocketDirectories = PluginDirectories, SpecDirectories = PluginDirectories },
            Registries = ToRegistryOptions(),
        };
    }

    public RegistryOptions ToRegistryOptions() => new()
    {
        InsecureRegistries = InsecureRegistries,
        Mirrors = RegistryMirrors,
        MaxDownloads = MaxDownloads,
        MaxUploads = MaxUploads,
        Attempts = MaxAttempts,
        UserAgent = $"gantry/{GantryVersion.Text}",
    };

    private string? CheckedDefaultRuntime() => DefaultRuntime is not { Length: > 0 } name ? null
        : name is "crun" or "runc" || Runtimes.Any(runtime => runtime.Name == name) ? name
        : throw new ConfigurationException($"specified default runtime '{name}' does not exist");
}

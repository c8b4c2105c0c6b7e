using System.Net;
using Gantry.Engine;
using Gantry.Networking;
using Gantry.Plugins;
using Gantry.Registry;

namespace Gantry.Daemon.Hosting;

/// <summary>How a daemon is to run, as its command line says.</summary>
internal sealed record DaemonOptions
{
    public const string DefaultSocket = "/run/gantry/gantry.sock";

    /// <summary>Paths of Unix sockets to listen on; <see cref="DefaultSocket"/> when none was given.</summary>
    public IReadOnlyList<string> Sockets { get; init; } = [];

    public string DataRoot { get; init; } = "/var/lib/gantry";

    public string ExecRoot { get; init; } = "/run/gantry";

    public string? PidFile { get; init; }

    /// <summary>Owner group of the sockets; null takes <c>docker</c> or <c>gantry</c> where one exists.</summary>
    public string? Group { get; init; }

    public bool Debug { get; init; }

    public bool JsonLog { get; init; }

    /// <summary>Null: the binary beside this one.</summary>
    public string? MonitorPath { get; init; }

    public string? RuntimePath { get; init; }

    public string CgroupParent { get; init; } = "/gantry";

    public string? NftTable { get; init; }

    public string? DefaultBridge { get; init; }

    public string? BridgePrefix { get; init; }

    public IReadOnlyList<(IPNetwork Pool, int PrefixLength)> AddressPools { get; init; } = [];

    public IReadOnlyList<IPAddress> UpstreamDns { get; init; } = [];

    /// <summary>Names of plugins that every request has to pass, in order.</summary>
    public IReadOnlyList<string> AuthorizationPlugins { get; init; } = [];

    /// <summary>Folders of plugins' sockets and specs; empty means Docker's.</summary>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    public IReadOnlyList<Uri> RegistryMirrors { get; init; } = [];

    public EngineOptions ToEngineOptions()
    {
        var networking = new NetworkingOptions { UpstreamDns = UpstreamDns };
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
            CgroupParent = CgroupParent,
            Networking = networking,
            Plugins = PluginDirectories.Count == 0 ? new PluginOptions() : new PluginOptions { SocketDirectories = PluginDirectories, SpecDirectories = PluginDirectories },
            Registries = new RegistryOptions { InsecureRegistries = InsecureRegistries, Mirrors = RegistryMirrors, UserAgent = $"gantry/{GantryVersion.Text}" },
        };
    }
}

using Gantry.Engine.Builds;
using Gantry.Networking;
using Gantry.Plugins;
using Gantry.Registry;
using Gantry.Runtime;

namespace Gantry.Engine;

/// <summary>What containers' resolv.conf says where neither they do; empty lists leave it to the host's.</summary>
public sealed record DnsDefaults(IReadOnlyList<string> Servers, IReadOnlyList<string> Options, IReadOnlyList<string> Search);

/// <summary>Where an engine keeps its things and what it calls them in the kernel. Two engines with different options live side by side.</summary>
public sealed record EngineOptions
{
    /// <summary>Persistent state: images, snapshots, volumes, database (<c>/var/lib/gantry</c>).</summary>
    public required string DataDirectory { get; init; }

    /// <summary>State of this boot (<c>/run/gantry</c>).</summary>
    public required string RunDirectory { get; init; }

    public required string MonitorPath { get; init; }

    /// <summary>Preferred OCI runtime; null means the one of <see cref="RuntimeName"/>, else crun, then runc, on PATH.</summary>
    public string? RuntimePath { get; init; }

    /// <summary>What the preferred runtime is called; null means by its program.</summary>
    public string? RuntimeName { get; init; }

    /// <summary>Further OCI runtimes that containers may name, with the program of each.</summary>
    public IReadOnlyDictionary<string, RuntimeProgram> Runtimes { get; init; } = new Dictionary<string, RuntimeProgram>();

    public string CgroupParent { get; init; } = "/gantry";

    public NetworkingOptions Networking { get; init; } = new();

    public DnsDefaults Dns { get; init; } = new([], [], []);

    public PluginOptions Plugins { get; init; } = new();

    public RegistryOptions Registries { get; init; } = new();

    /// <summary>What goes of the build cache after each build, one after the other; empty leaves it alone.</summary>
    public IReadOnlyList<CachePolicy> CachePolicies { get; init; } = [];

    /// <summary>The bundle that <c>--trust-host-ca</c> and the label <c>gantry.trust-host-ca</c> make available.</summary>
    public string CertificateBundle { get; init; } = "/etc/ssl/certs/ca-certificates.crt";
}

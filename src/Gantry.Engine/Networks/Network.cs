using Gantry.Engine.Networks.Remote;
using Gantry.Networking;

namespace Gantry.Engine.Networks;

/// <summary>One address pool as asked for; addresses in CIDR form.</summary>
public sealed record IpamPool(string Subnet, string? IpRange, string? Gateway)
{
    /// <summary>Addresses that no container gets, by the name of who has them.</summary>
    public IReadOnlyDictionary<string, string> AuxiliaryAddresses { get => field ?? new Dictionary<string, string>(); init; }

    public bool IsIPv6 => Subnet.Contains(':');
}

/// <summary>What was asked of a network.</summary>
public sealed record NetworkSettings
{
    public required string Name { get; init; }

    public string Driver { get; init; } = "bridge";

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool Ingress { get; init; }

    /// <summary>Only a configuration for others to take; no container can be on it.</summary>
    public bool ConfigOnly { get; init; }

    /// <summary>Name of the network whose configuration this one took; empty for none.</summary>
    public string ConfigFrom { get => field ?? ""; init; }

    public bool EnableIPv4 { get; init; } = true;

    public bool EnableIPv6 { get; init; }

    /// <summary>As asked; what is not local is refused.</summary>
    public string Scope { get => field ?? ""; init; }

    public string IpamDriver { get; init; } = "default";

    /// <summary>Null when none were given, which is shown so.</summary>
    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }

    /// <summary>As asked: empty where the engine chose.</summary>
    public IReadOnlyList<IpamPool> Pools { get; init; } = [];

    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A network now. Of the built-in ones (bridge, host, none) only the first has a <see cref="Bridge"/>.</summary>
public sealed record Network
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required NetworkSettings Settings { get; init; }

    public BridgeNetwork? Bridge { get; init; }

    /// <summary>Where its addresses come from a plugin: one subnet, or one of each family.</summary>
    public IReadOnlyList<RemotePool> RemotePools { get => field ?? []; init; }

    /// <summary><c>local</c>; a plugin may say <c>global</c>.</summary>
    public string Scope { get => field ?? "local"; init; }

    public string Name => Settings.Name;

    public bool IsBuiltIn => Name is "bridge" or "host" or "none";
}

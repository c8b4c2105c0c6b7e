using System.Net;
using Gantry.Networking.Addresses;

namespace Gantry.Networking;

/// <summary>How this daemon's networking is named in the kernel and where it takes addresses and answers from.</summary>
public sealed record NetworkingOptions
{
    /// <summary>Docker's default address pools: 172.17 to 172.31 in /16, then 192.168 in /20.</summary>
    public static IReadOnlyList<(IPNetwork, int)> DefaultPools => SubnetPool.Defaults;

    /// <summary>nftables table name, "gantry" by default; tests use their own so that several daemons coexist.</summary>
    public string TableName { get; init; } = "gantry";

    /// <summary>Name of the default bridge, "gantry0" by default.</summary>
    public string DefaultBridge { get; init; } = "gantry0";

    /// <summary>Prefix of other bridges' names, "gt-" by default, followed by 12 hex digits of the network's id at most (IFNAMSIZ).</summary>
    public string BridgePrefix { get; init; } = "gt-";

    /// <summary>Pools that subnets are taken from; what the host's routes use is skipped.</summary>
    public IReadOnlyList<(IPNetwork Pool, int PrefixLength)> AddressPools { get; init; } = DefaultPools;

    /// <summary>Gateway address and subnet of the default network; null takes them from the pools.</summary>
    public (IPAddress Address, IPNetwork Subnet)? DefaultAddress { get; init; }

    /// <summary>Part of the default network's subnet that addresses are given out from; alone, it is the subnet too.</summary>
    public IPNetwork? DefaultRange { get; init; }

    /// <summary>Of the default network; null leaves it at what it is, 1500 at first.</summary>
    public int? DefaultMtu { get; init; }

    /// <summary>Published ports may be reached at the containers' own addresses from everywhere, as Docker before 28 let them.</summary>
    public bool AllowDirectRouting { get; init; }

    /// <summary>Resolvers for names that are not containers'; empty means the host's /etc/resolv.conf, re-read when it changes.</summary>
    public IReadOnlyList<IPAddress> UpstreamDns { get; init; } = [];
}

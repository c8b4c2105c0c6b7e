using System.Net;
using Gantry.Core;
using Gantry.Engine.Persistence;
using Gantry.Networking;
using Gantry.State;

namespace Gantry.Engine.Networks;

/// <summary>All networks: in memory by id, as documents in the database. The three built-in ones always exist.</summary>
internal sealed class NetworkRegistry
{
    private readonly DocumentTable<Network> table;
    private readonly Lock gate = new();
    private Dictionary<string, Network> networks;

    public NetworkRegistry(Database database, NetworkStack stack, NetworkingOptions options, TimeProvider time)
    {
        table = database.Table("networks", EngineJson.Default.Network);
        networks = table.All().ToDictionary(pair => pair.Key, pair => pair.Value);
        EnsureBuiltIn("bridge", id =>
        {
            var (subnet, gateway) = DefaultAddress(options) ?? stack.AllocateSubnet(Subnets);
            return new BridgeNetwork { Id = id, Name = "bridge", BridgeName = options.DefaultBridge, Subnet = subnet, Gateway = gateway, IpRange = options.DefaultRange, Mtu = options.DefaultMtu ?? 1500, NameResolution = false };
        });
        Follow(options);
        EnsureBuiltIn("host", _ => null);
        EnsureBuiltIn("none", _ => null);

        void EnsureBuiltIn(string name, Func<string, BridgeNetwork?> bridge)
        {
            if (networks.Values.Any(network => network.Name == name))
            {
                return;
            }

            var id = ContainerId.New().ToString();
            var wire = bridge(id);
            Put(new Network
            {
                Id = id,
                Created = time.GetUtcNow(),
                Bridge = wire,
                Settings = new NetworkSettings
                {
                    Name = name,
                    Driver = name == "none" ? "null" : name,
                    Pools = wire is null ? [] : [PoolOf(wire)],
                    Options = wire is null ? new Dictionary<string, string>() : new Dictionary<string, string>
                    {
                        ["com.docker.network.bridge.default_bridge"] = "true",
                        ["com.docker.network.bridge.enable_icc"] = "true",
                        ["com.docker.network.bridge.enable_ip_masquerade"] = "true",
                        ["com.docker.network.bridge.host_binding_ipv4"] = "0.0.0.0",
                        ["com.docker.network.bridge.name"] = options.DefaultBridge,
                        ["com.docker.network.driver.mtu"] = Mtu(wire),
                    },
                },
            });
        }
    }

    // The default network follows the daemon's configuration at each start, where that says anything of it.
    private void Follow(NetworkingOptions options)
    {
        var network = Get("bridge");
        var now = network.Bridge!;
        var (subnet, gateway) = DefaultAddress(options) ?? (now.Subnet!.Value, now.Gateway!);
        var wanted = now with { Subnet = subnet, Gateway = gateway, IpRange = options.DefaultRange ?? (subnet == now.Subnet ? now.IpRange : null), Mtu = options.DefaultMtu ?? now.Mtu };
        if (wanted != now)
        {
            Put(network with
            {
                Bridge = wanted,
                Settings = network.Settings with { Pools = [PoolOf(wanted)], Options = new Dictionary<string, string>(network.Settings.Options) { ["com.docker.network.driver.mtu"] = Mtu(wanted) } },
            });
        }
    }

    private static (IPNetwork Subnet, IPAddress Gateway)? DefaultAddress(NetworkingOptions options) =>
        options.DefaultAddress is { } own ? (own.Subnet, own.Address)
        : options.DefaultRange is { } range ? (range, First(range)) : null;

    private static IPAddress First(IPNetwork range)
    {
        var octets = range.BaseAddress.GetAddressBytes();
        octets[^1]++;
        return new IPAddress(octets);
    }

    private static string Mtu(BridgeNetwork network) => network.Mtu.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IpamPool PoolOf(BridgeNetwork network) => new(network.Subnet!.Value.ToString(), network.IpRange?.ToString(), network.Gateway!.ToString());

    public IReadOnlyList<Network> All
    {
        get
        {
            lock (gate)
            {
                return [.. networks.Values];
            }
        }
    }

    public IReadOnlyList<IPNetwork> Subnets => [.. All.Select(network => network.Bridge?.Subnet).OfType<IPNetwork>().Where(subnet => subnet.PrefixLength > 0)];

    public IReadOnlyList<IPNetwork> Subnets6 => [.. All.Select(network => network.Bridge?.Subnet6).OfType<IPNetwork>()];

    /// <summary>By id, name, or unique id prefix.</summary>
    public Network? Find(string nameOrId)
    {
        var all = All;
        var name = nameOrId == "default" ? "bridge" : nameOrId;
        if ((all.FirstOrDefault(network => network.Id == name) ?? all.FirstOrDefault(network => network.Name == name)) is { } exact)
        {
            return exact;
        }

        var matches = name.Length == 0 ? [] : all.Where(network => network.Id.StartsWith(name, StringComparison.Ordinal)).Take(2).ToArray();
        return matches.Length > 1 ? throw GantryException.Invalid($"network {nameOrId} is ambiguous ({matches.Length} matches found on ID prefix)") : matches.FirstOrDefault();
    }

    /// <exception cref="GantryException">NotFound, <c>network x not found</c>.</exception>
    public Network Get(string nameOrId) => Find(nameOrId) ?? throw GantryException.NotFound($"network {nameOrId} not found");

    public void Put(Network network)
    {
        lock (gate)
        {
            table.Put(network.Id, network);
            networks = new Dictionary<string, Network>(networks) { [network.Id] = network };
        }
    }

    public void Remove(Network network)
    {
        lock (gate)
        {
            table.Delete(network.Id);
            var rest = new Dictionary<string, Network>(networks);
            rest.Remove(network.Id);
            networks = rest;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Gantry.Core;
using Gantry.Engine.Networks.Remote;
using Gantry.Networking;

namespace Gantry.Engine.Networks;

/// <summary>Turns what was asked of a network into what is to exist: addresses chosen, names given, everything checked.</summary>
internal sealed class NetworkPlanner(NetworkRegistry networks, NetworkStack stack, NetworkingOptions options)
{
    private readonly ParentPlanner parents = new(networks, stack);

    /// <exception cref="GantryException">InvalidArgument for bad addresses and options; Forbidden when they overlap.</exception>
    /// <param name="remote">Subnets that a plugin gave.</param>
    public BridgeNetwork Plan(string id, NetworkSettings settings, IReadOnlyList<RemotePool> remote)
    {
        var driver = new NetworkOptions(settings.Options);
        var parent = settings.Driver is "macvlan" or "ipvlan" ? parents.Plan(id, settings) : null;
        var own = NetworkDrivers.IsBuiltIn(settings.Driver) ? null : settings.Driver;
        var (mode, mode6) = (driver.Mode("bridge.gateway_mode_ipv4", settings.Internal), driver.Mode("bridge.gateway_mode_ipv6", settings.Internal));

        var withoutAddress = driver.Flag("bridge.inhibit_ipv4", false);

        // Nobody is the gateway of a wire that leads nowhere, or of one that the kernel routes.
        var wireless = parent is not null && (settings.Internal || parent is { Own.Of: null } or { Mode: "l3" or "l3s" });
        (IPNetwork Subnet, IPAddress? Gateway, IPNetwork? Range)? first = settings.EnableIPv4 ? Space(settings, remote, ipv6: false, gateway: !wireless && mode != GatewayMode.Isolated && !(settings.Internal && withoutAddress)) : null;
        (IPNetwork Subnet, IPAddress? Gateway, IPNetwork? Range)? second = settings.EnableIPv6 ? Space(settings, remote, ipv6: true, gateway: !wireless && mode6 != GatewayMode.Isolated) : null;
        return new BridgeNetwork
        {
            Id = id,
            Name = settings.Name,
            BridgeName = parent is not null || own is not null ? "" : BridgeName(driver.Find("bridge.name"), id),
            Parent = parent,
            Driver = own,
            Subnet = first?.Subnet,
            Gateway = first?.Gateway,
            IpRange = first?.Range,
            Subnet6 = second?.Subnet,
            Gateway6 = second?.Gateway,
            IpRange6 = second?.Range,
            Reserved = [.. settings.Pools.SelectMany(each => each.AuxiliaryAddresses.Values.Concat(each.Gateway is { } gateway ? [gateway] : [])).Select(text => IPAddress.Parse(text))],
            Internal = settings.Internal || parent is { Own: { Of: null } },
            InterContainer = driver.Flag("bridge.enable_icc", true),
            Masquerade = driver.Flag("bridge.enable_ip_masquerade", true),
            Mode = mode,
            Mode6 = mode6,
            WithoutAddress = withoutAddress,
            TrustedInterfaces = driver.Names("bridge.trusted_host_interfaces"),
            Mtu = driver.Number("driver.mtu", 1500) is > 0 and var mtu ? mtu : 1500,
            HostBinding = driver.Address("bridge.host_binding_ipv4", IPAddress.Any),
            InterfacePrefix = driver.Find("container_iface_prefix") ?? "eth",
        };
    }

    /// <summary>What Docker checks of all pools before it looks at anything else.</summary>
    /// <exception cref="GantryException">InvalidArgument, <c>invalid network config:</c> and a line for each fault.</exception>
    public static void CheckPools(NetworkSettings settings)
    {
        List<string> faults = [];
        foreach (var pool in settings.Pools.Where(pool => pool.Subnet.Length > 0 || pool.Gateway is not null || pool.IpRange is not null || pool.AuxiliaryAddresses.Count > 0))
        {
            if (!TryParse(pool.Subnet, out var subnet, out var masked))
            {
                faults.Add($"invalid subnet {pool.Subnet}: invalid CIDR block notation");
                continue;
            }

            if (!subnet.Equals(masked.BaseAddress))
            {
                faults.Add($"invalid subnet {pool.Subnet}: it should be {masked}");
            }

            if (pool.IpRange is { } range)
            {
                faults.AddRange(!TryParse(range, out _, out var inner) ? [$"invalid ip-range {range}: invalid CIDR block notation"]
                    : inner.PrefixLength < masked.PrefixLength || !masked.Contains(inner.BaseAddress) ? [$"invalid ip-range {range}: parent subnet {masked} doesn't contain ip-range"]
                    : []);
            }

            foreach (var (name, text) in pool.AuxiliaryAddresses.Select(pair => ("auxiliary address", pair.Value)).Concat(pool.Gateway is { } gateway ? [("gateway", gateway)] : []))
            {
                faults.AddRange(!IPAddress.TryParse(text, out var address) ? [$"invalid {name} {text}: invalid address"]
                    : !masked.Contains(address) ? [$"invalid {name} {text}: parent subnet {masked} doesn't contain this address"]
                    : []);
            }
        }

        if (faults.Count > 0)
        {
            throw GantryException.Invalid("invalid network config:\n" + (faults is [var only] ? only : string.Join('\n', faults.Select(fault => $"* {fault}"))));
        }
    }

    private static IpamPool? Chosen(NetworkSettings settings, AddressFamily family)
    {
        var pools = settings.Pools.Where(pool => pool.Subnet.Length > 0 && TryParse(pool.Subnet, out _, out var network) && network.BaseAddress.AddressFamily == family).ToArray();
        return pools.Length > 1 ? throw GantryException.Invalid($"{settings.Driver} driver doesn't support multiple subnets") : pools.FirstOrDefault();
    }

    /// <summary>The addresses of one family: a plugin's, those asked for, or free ones.</summary>
    /// <param name="gateway">Whether there is one unless it was asked for none.</param>
    private (IPNetwork Subnet, IPAddress? Gateway, IPNetwork? Range) Space(NetworkSettings settings, IReadOnlyList<RemotePool> remote, bool ipv6, bool gateway)
    {
        var pool = Chosen(settings, ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        var taken = ipv6 ? networks.Subnets6 : networks.Subnets;
        var (subnet, address) = settings.IpamDriver == "null" && !ipv6 ? Unaddressed(settings)
            : Given(remote, ipv6) is { } given ? given
            : pool is not null ? Fixed(pool, taken)
            : ipv6 ? stack.AllocateSubnet6(taken) : stack.AllocateSubnet(taken);
        return (subnet, gateway ? address : null, Range(pool));
    }

    private static (IPNetwork Subnet, IPAddress Gateway) Fixed(IpamPool pool, IReadOnlyList<IPNetwork> taken)
    {
        _ = TryParse(pool.Subnet, out _, out var subnet);
        if (taken.Any(other => other.Contains(subnet.BaseAddress) || subnet.Contains(other.BaseAddress)))
        {
            throw new GantryException(ErrorKind.Forbidden, "invalid pool request: Pool overlaps with other one on this address space");
        }

        // The first address that would be given out, as Docker.
        var gateway = pool.Gateway is { } given ? IPAddress.Parse(given) : First(Range(pool) ?? subnet, subnet);
        return pool.AuxiliaryAddresses.FirstOrDefault(pair => IPAddress.Parse(pair.Value).Equals(gateway)) is { Key: { } name, Value: { } address }
            ? throw new GantryException(ErrorKind.Forbidden, $"failed to allocate secondary ip address ({name}:{address}): Address already in use")
            : (subnet, gateway);
    }

    private static IPAddress First(IPNetwork range, IPNetwork subnet)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        if (range.BaseAddress.Equals(subnet.BaseAddress) && subnet.PrefixLength < (bytes.Length * 8) - 1)
        {
            bytes[^1]++;
        }

        return new IPAddress(bytes);
    }

    private static (IPNetwork, IPAddress)? Given(IReadOnlyList<RemotePool> pools, bool ipv6) =>
        pools.FirstOrDefault(pool => pool.IsIPv6 == ipv6) is { } pool ? (IPNetwork.Parse(pool.Subnet), IPAddress.Parse(pool.Held[0])) : null;

    /// <summary>Addresses are the driver's own business.</summary>
    private static (IPNetwork, IPAddress) Unaddressed(NetworkSettings settings) => settings.Driver switch
    {
        "macvlan" or "ipvlan" => throw new GantryException(ErrorKind.NotImplemented, $"{settings.Driver} networks without addresses are not supported"),
        _ when NetworkDrivers.IsBuiltIn(settings.Driver) => throw GantryException.Invalid("ipv4 pool is empty"),
        _ => (new IPNetwork(IPAddress.Any, 0), IPAddress.Any),
    };

    private static IPNetwork? Range(IpamPool? pool) => pool?.IpRange is { } text && TryParse(text, out _, out var range) ? range : null;

    private string BridgeName(string? asked, string id)
    {
        var name = asked ?? options.BridgePrefix + id[..(15 - options.BridgePrefix.Length)];
        if (!InterfaceName.IsValid(name))
        {
            throw GantryException.Invalid($"invalid bridge name \"{name}\"");
        }

        return networks.All.FirstOrDefault(network => network.Bridge?.BridgeName == name) is { } other
            ? throw new GantryException(ErrorKind.Forbidden, $"cannot create network {id} ({name}): conflicts with network {other.Id} ({name}): networks have same bridge name")
            : name;
    }

    /// <param name="address">As written.</param>
    /// <param name="network">With the host's bits cleared.</param>
    private static bool TryParse(string text, out IPAddress address, out IPNetwork network)
    {
        network = default;
        address = IPAddress.None;
        var slash = text.IndexOf('/');
        if (slash < 0 || !IPAddress.TryParse(text[..slash], out var parsed) || !int.TryParse(text[(slash + 1)..], out var length))
        {
            return false;
        }

        address = parsed;
        var bytes = address.GetAddressBytes();
        if (length < 1 || length > bytes.Length * 8)
        {
            return false;
        }

        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        network = new IPNetwork(new IPAddress(bytes), length);
        return true;
    }
}

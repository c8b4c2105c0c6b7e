using System.Net;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Networking;

namespace Gantry.Engine.Networks;

/// <summary>Owner of the networks: creates, connects, removes; the kernel's side is <see cref="NetworkStack"/>'s.</summary>
public sealed class NetworkService
{
    private const string OptionPrefix = "com.docker.network.";
    private readonly NetworkRegistry networks;
    private readonly ContainerRegistry containers;
    private readonly ContainerNetworking containerNetworking;
    private readonly NetworkStack stack;
    private readonly NetworkingOptions options;
    private readonly EventService events;
    private readonly TimeProvider time;
    private readonly AsyncLock gate = new();

    internal NetworkService(NetworkRegistry networks, ContainerRegistry containers, ContainerNetworking containerNetworking, NetworkStack stack, NetworkingOptions options, EventService events, TimeProvider time)
    {
        this.networks = networks;
        this.containers = containers;
        this.containerNetworking = containerNetworking;
        this.stack = stack;
        this.options = options;
        this.events = events;
        this.time = time;
    }

    /// <summary>Creates a bridge network. Only the bridge driver makes new ones.</summary>
    /// <exception cref="GantryException">Conflict when the name is taken; InvalidArgument for bad addresses; NotFound for an unknown driver.</exception>
    public async Task<(Network Network, string Warning)> CreateAsync(NetworkSettings settings, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Name))
        {
            throw GantryException.Invalid("invalid name: name is empty");
        }

        if (settings.Driver is not ("bridge" or ""))
        {
            throw settings.Driver is "host" or "null"
                ? new GantryException(ErrorKind.Forbidden, $"only one instance of \"{settings.Driver}\" network is allowed")
                : settings.Driver is "overlay"
                    ? new GantryException(ErrorKind.Unavailable, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.")
                    : GantryException.NotFound($"plugin \"{settings.Driver}\" not found");
        }

        if (settings.EnableIPv6)
        {
            throw new GantryException(ErrorKind.NotImplemented, "IPv6 networks are not supported yet");
        }

        using var held = await gate.AcquireAsync(cancellationToken);
        if (settings.Name is "bridge" or "host" or "none" or "default")
        {
            throw new GantryException(ErrorKind.Forbidden, $"operation is not permitted on predefined {settings.Name} network ");
        }

        if (networks.All.Any(network => network.Name == settings.Name))
        {
            throw GantryException.Conflict($"network with name {settings.Name} already exists");
        }

        var id = ContainerId.New().ToString();
        var bridge = Wire(id, settings);
        var network = new Network
        {
            Id = id,
            Created = time.GetUtcNow(),
            Bridge = bridge,
            Settings = settings with { Driver = "bridge", Pools = [new IpamPool(bridge.Subnet.ToString(), bridge.IpRange?.ToString(), bridge.Gateway.ToString())] },
        };
        try
        {
            stack.EnsureNetwork(bridge);
            networks.Put(network);
        }
        catch
        {
            stack.RemoveNetwork(bridge);
            throw;
        }

        Publish(network, "create");
        return (network, "");
    }

    public Network Get(string nameOrId) => networks.Get(nameOrId);

    /// <summary>Filters: driver, id, label, name, scope, type, dangling.</summary>
    public IReadOnlyList<Network> List(ObjectFilters filters)
    {
        filters.Allow("dangling", "driver", "id", "label", "name", "scope", "type");
        var dangling = filters.Flag("dangling");
        return
        [
            .. networks.All.Where(network =>
                filters.Match("driver", driver => network.Settings.Driver == driver)
                && filters.Match("id", id => network.Id.StartsWith(id, StringComparison.Ordinal))
                && filters.Match("name", name => network.Name.Contains(name, StringComparison.Ordinal))
                && filters.Match("scope", scope => scope == "local")
                && filters.Match("type", type => type == "builtin" == network.IsBuiltIn)
                && filters.MatchLabels(network.Settings.Labels)
                && (dangling is null || dangling == (!network.IsBuiltIn && !IsUsed(network))))
                .OrderByDescending(network => network.Created),
        ];
    }

    /// <summary>Running containers on a network.</summary>
    public IReadOnlyList<(Container Container, EndpointState Endpoint)> Attached(Network network) =>
    [
        .. from entry in containers.All
           from attachment in entry.Container.Networks.Values
           where attachment.NetworkId == network.Id && attachment.Endpoint is not null
           select (entry.Container, attachment.Endpoint),
    ];

    public async Task ConnectAsync(string network, string container, EndpointSettings settings, CancellationToken cancellationToken)
    {
        var target = networks.Get(network);
        var entry = containers.Get(container);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        await containerNetworking.ConnectAsync(entry, target, settings, CancellationToken.None);
    }

    public async Task DisconnectAsync(string network, string container, bool force, CancellationToken cancellationToken)
    {
        var target = networks.Get(network);
        var entry = containers.Find(container);
        if (entry is null)
        {
            throw GantryException.NotFound($"No such container: {container}");
        }

        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        await containerNetworking.DisconnectAsync(entry, target, CancellationToken.None);
    }

    public async Task RemoveAsync(string nameOrId, CancellationToken cancellationToken)
    {
        using var held = await gate.AcquireAsync(cancellationToken);
        Remove(networks.Get(nameOrId));
    }

    /// <summary>Removes what no container uses; filters: label, until.</summary>
    public async Task<IReadOnlyList<string>> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        PruneRules.Check(filters, "label", "label!", "until");
        using var held = await gate.AcquireAsync(cancellationToken);
        List<string> removed = [];
        foreach (var network in networks.All.Where(network => !network.IsBuiltIn && !IsUsed(network) && PruneRules.Matches(filters, network.Settings.Labels, network.Created, time.GetUtcNow())))
        {
            Remove(network);
            removed.Add(network.Name);
        }

        events.PublishPrune("network", 0);
        return removed;
    }

    private void Remove(Network network)
    {
        if (network.IsBuiltIn)
        {
            throw new GantryException(ErrorKind.Forbidden, $"{network.Name} is a pre-defined network and cannot be removed");
        }

        var attached = Attached(network);
        if (attached.Count > 0)
        {
            var users = string.Join(", ", attached.Select(pair => $"name:\"{pair.Container.Name}\" id:\"{pair.Container.Id.Short}\""));
            throw new GantryException(ErrorKind.Forbidden, $"error while removing network: network {network.Name} has active endpoints ({users})");
        }

        stack.RemoveNetwork(network.Bridge!);
        networks.Remove(network);
        Publish(network, "destroy");
    }

    private bool IsUsed(Network network) => containers.All.Any(entry => entry.Container.Networks.Values.Any(attachment => attachment.NetworkId == network.Id));

    private BridgeNetwork Wire(string id, NetworkSettings settings)
    {
        if (settings.Pools.Count > 1)
        {
            throw GantryException.Invalid("bridge driver doesn't support multiple subnets");
        }

        var (subnet, gateway) = settings.Pools is [{ Subnet.Length: > 0 } pool] ? Fixed(pool) : stack.AllocateSubnet(networks.Subnets);
        var range = settings.Pools is [{ IpRange: { Length: > 0 } text }] ? ParseNetwork(text) : (IPNetwork?)null;
        if (range is { } inner && (inner.PrefixLength < subnet.PrefixLength || !subnet.Contains(inner.BaseAddress)))
        {
            throw GantryException.Invalid($"invalid network config:\ninvalid ip-range {inner}: parent subnet {subnet} doesn't contain ip-range");
        }

        return new BridgeNetwork
        {
            Id = id,
            Name = settings.Name,
            BridgeName = Option("bridge.name") ?? options.BridgePrefix + id[..(15 - options.BridgePrefix.Length)],
            Subnet = subnet,
            Gateway = gateway,
            IpRange = range,
            Internal = settings.Internal,
            InterContainer = Option("bridge.enable_icc") is not ("false" or "0"),
            Masquerade = Option("bridge.enable_ip_masquerade") is not ("false" or "0"),
            Mtu = int.TryParse(Option("driver.mtu"), out var mtu) ? mtu : 1500,
            HostBinding = IPAddress.TryParse(Option("bridge.host_binding_ipv4"), out var binding) ? binding : IPAddress.Any,
        };

        string? Option(string key) => settings.Options.GetValueOrDefault(OptionPrefix + key);
    }

    private (IPNetwork Subnet, IPAddress Gateway) Fixed(IpamPool pool)
    {
        var subnet = ParseNetwork(pool.Subnet);
        if (networks.Subnets.Any(other => other.Contains(subnet.BaseAddress) || subnet.Contains(other.BaseAddress)))
        {
            throw new GantryException(ErrorKind.Forbidden, "invalid pool request: Pool overlaps with other one on this address space");
        }

        if (pool.Gateway is not { Length: > 0 })
        {
            var bytes = subnet.BaseAddress.GetAddressBytes();
            bytes[^1]++;
            return (subnet, new IPAddress(bytes));
        }

        return IPAddress.TryParse(pool.Gateway, out var gateway) && subnet.Contains(gateway)
            ? (subnet, gateway)
            : throw GantryException.Invalid($"invalid network config:\ninvalid gateway {pool.Gateway}: parent subnet {subnet} doesn't contain this address");
    }

    private static IPNetwork ParseNetwork(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !IPAddress.TryParse(text[..slash], out var address) || !int.TryParse(text[(slash + 1)..], out var length) || length is < 1 or > 30)
        {
            throw GantryException.Invalid($"invalid network config:\ninvalid subnet {text}: invalid CIDR block notation");
        }

        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
        {
            throw new GantryException(ErrorKind.NotImplemented, "IPv6 networks are not supported yet");
        }

        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        var masked = bits & uint.MaxValue << (32 - length);
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, masked);
        return masked == bits
            ? new IPNetwork(address, length)
            : throw GantryException.Invalid($"invalid network config:\ninvalid subnet {text}: it should be {new IPAddress(bytes)}/{length}");
    }

    private void Publish(Network network, string action) =>
        events.Publish("network", action, network.Id, ("name", network.Name), ("type", network.Settings.Driver));
}

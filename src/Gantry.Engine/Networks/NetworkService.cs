using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Networks.Remote;
using Gantry.Networking;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks;

/// <summary>Owner of the networks: creates, connects, removes; the kernel's side is <see cref="NetworkStack"/>'s.</summary>
public sealed partial class NetworkService
{
    private readonly NetworkRegistry networks;
    private readonly ContainerRegistry containers;
    private readonly ContainerNetworking containerNetworking;
    private readonly NetworkStack stack;
    private readonly NetworkPlanner planner;
    private readonly NetworkDrivers drivers;
    private readonly RemoteAddresses addresses;
    private readonly ILogger logger;
    private readonly EventService events;
    private readonly TimeProvider time;
    private readonly AsyncLock gate = new();

    internal NetworkService(NetworkRegistry networks, ContainerRegistry containers, ContainerNetworking containerNetworking, NetworkStack stack, NetworkingOptions options, NetworkDrivers drivers, RemoteAddresses addresses, EventService events, ILogger logger, TimeProvider time)
    {
        this.networks = networks;
        this.containers = containers;
        this.containerNetworking = containerNetworking;
        this.stack = stack;
        planner = new NetworkPlanner(networks, stack, options);
        (this.drivers, this.addresses, this.logger) = (drivers, addresses, logger);
        this.events = events;
        this.time = time;
    }

    /// <summary>Creates a network of the drivers bridge, macvlan or ipvlan, or of a plugin.</summary>
    /// <exception cref="GantryException">
    /// Conflict when the name is taken; InvalidArgument for bad addresses; NotFound for an unknown driver; Internal, <c>remote: reason</c>,
    /// when a plugin refuses.
    /// </exception>
    public async Task<(Network Network, string Warning)> CreateAsync(NetworkSettings settings, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Name))
        {
            throw GantryException.Invalid("invalid name: name is empty");
        }

        if (settings.Driver is "host" or "null" or "overlay")
        {
            throw settings.Driver is not "overlay"
                ? new GantryException(ErrorKind.Forbidden, $"only one instance of \"{settings.Driver}\" network is allowed")
                : new GantryException(ErrorKind.Unavailable, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");
        }

        if (settings.Scope is "swarm" or "global")
        {
            throw new GantryException(ErrorKind.Forbidden, "cannot create a swarm scoped network when swarm is not active");
        }

        if (settings.Ingress)
        {
            throw new GantryException(ErrorKind.Forbidden, "Ingress network can only be global scope network");
        }

        settings = WithFamilies(settings);
        NetworkPlanner.CheckPools(settings);
        using var held = await gate.AcquireAsync(cancellationToken);
        if (settings.Name is "bridge" or "host" or "none" or "default")
        {
            throw new GantryException(ErrorKind.Forbidden, $"operation is not permitted on predefined {settings.Name} network ");
        }

        if (networks.All.Any(network => network.Name == settings.Name))
        {
            throw GantryException.Conflict($"network with name {settings.Name} already exists");
        }

        settings = WithConfiguration(settings);
        var id = ContainerId.New().ToString();
        var plugin = settings.ConfigOnly || NetworkDrivers.IsBuiltIn(settings.Driver) ? null : await drivers.NetworkAsync(settings.Driver, cancellationToken);
        var network = new Network
        {
            Id = id,
            Created = time.GetUtcNow(),
            Scope = plugin is null ? "local" : await plugin.ScopeAsync(cancellationToken),
            RemotePools = await addresses.TakePoolsAsync(settings, cancellationToken),
            Settings = settings with { Driver = settings.ConfigOnly ? "null" : settings.Driver.Length > 0 ? settings.Driver : "bridge" },
        };
        try
        {
            network = network with { Bridge = settings.ConfigOnly ? null : planner.Plan(id, settings, network.RemotePools) };
            await MakeAsync(network, plugin);
        }
        catch
        {
            await addresses.ReleasePoolsAsync(settings, network.RemotePools);
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
        if (filters["dangling"] is [var flag, ..] && flag is not ("1" or "true" or "True" or "TRUE" or "0" or "false" or "False" or "FALSE"))
        {
            throw GantryException.Invalid("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")");
        }

        if (filters["type"].FirstOrDefault(type => type is not ("builtin" or "custom")) is { } unknown)
        {
            throw GantryException.Invalid($"invalid filter: 'type'='{unknown}'");
        }

        var dangling = filters.Flag("dangling");
        return
        [
            .. networks.All.Where(network =>
                filters.Match("driver", driver => network.Settings.Driver == driver)
                && filters.Match("id", id => network.Id.StartsWith(id, StringComparison.Ordinal))
                && filters.Match("name", name => network.Name.Contains(name, StringComparison.Ordinal))
                && filters.Match("scope", scope => scope == network.Scope)
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
        var entry = containers.Get(container);
        var target = networks.Get(network);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        await containerNetworking.ConnectAsync(entry, target, settings, CancellationToken.None);
    }

    public async Task DisconnectAsync(string network, string container, bool force, CancellationToken cancellationToken)
    {
        var target = networks.Get(network);
        var entry = containers.Find(container);
        if (entry is null)
        {
            throw GantryException.NotFound(force ? $"endpoint {container} not found" : $"No such container: {container}");
        }

        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        await containerNetworking.DisconnectAsync(entry, target, CancellationToken.None);
    }

    public async Task RemoveAsync(string nameOrId, CancellationToken cancellationToken)
    {
        using var held = await gate.AcquireAsync(cancellationToken);
        await RemoveAsync(networks.Get(nameOrId));
    }

    /// <summary>Removes what no container uses; filters: label, until.</summary>
    public async Task<IReadOnlyList<string>> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        PruneRules.Check(filters, "label", "label!", "until");
        using var held = await gate.AcquireAsync(cancellationToken);
        List<string> removed = [];
        foreach (var network in networks.All.Where(network => network is { IsBuiltIn: false, Settings.ConfigOnly: false } && !IsUsed(network) && PruneRules.Matches(filters, network.Settings.Labels, network.Created, time.GetUtcNow())))
        {
            try
            {
                await RemoveAsync(network);
                removed.Add(network.Name);
            }
            catch (GantryException exception)
            {
                // Its plugin is not there; the others go.
                LogFailure(network.Name, exception.Message);
            }
        }

        events.PublishPrune("network", 0);
        return removed;
    }

    private async Task RemoveAsync(Network network)
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

        if (network.Settings.ConfigOnly && networks.All.Any(other => other.Settings.ConfigFrom == network.Name))
        {
            throw new GantryException(ErrorKind.Forbidden, $"error while removing network: configuration network \"{network.Name}\" is in use");
        }

        await UnmakeAsync(network);
        networks.Remove(network);
        Publish(network, "destroy");
    }

    private static NetworkSettings WithFamilies(NetworkSettings settings)
    {
        var options = new NetworkOptions(settings.Options);
        var (ipv4, ipv6) = (options.Flag("enable_ipv4", settings.EnableIPv4), options.Flag("enable_ipv6", settings.EnableIPv6));
        return ipv4 || ipv6 ? settings with { EnableIPv4 = ipv4, EnableIPv6 = ipv6 } : throw GantryException.Invalid("IPv4 or IPv6 must be enabled");
    }

    /// <summary>Fills in what a configuration-only network says, as <c>--config-from</c> asks.</summary>
    private NetworkSettings WithConfiguration(NetworkSettings settings)
    {
        if (settings.ConfigOnly && (settings.Internal || settings.Attachable || settings.Ingress))
        {
            throw new GantryException(ErrorKind.Forbidden, "configuration network can only contain network specific fields. Network operator fields like [ ingress | internal | attachable | scope ] are not supported.");
        }

        if (settings.ConfigFrom.Length == 0)
        {
            return settings;
        }

        if (settings.ConfigOnly)
        {
            throw new GantryException(ErrorKind.Forbidden, "a configuration network cannot depend on another configuration network");
        }

        if (settings.Pools.Count > 0 || settings.EnableIPv6 || settings.Options.Count > 0 || settings.IpamOptions is { Count: > 0 })
        {
            throw new GantryException(ErrorKind.Forbidden, "user specified configurations are not supported if the network depends on a configuration network");
        }

        return networks.All.FirstOrDefault(network => network.Name == settings.ConfigFrom && network.Settings.ConfigOnly)?.Settings is not { } from
            ? throw GantryException.NotFound($"configuration network \"{settings.ConfigFrom}\" does not exist")
            : settings with
            {
                EnableIPv4 = from.EnableIPv4,
                EnableIPv6 = from.EnableIPv6,
                IpamDriver = from.IpamDriver,
                IpamOptions = from.IpamOptions,
                Pools = from.Pools,
                Options = from.Options,
                Labels = new Dictionary<string, string>(from.Labels.Concat(settings.Labels).GroupBy(pair => pair.Key).Select(group => group.Last())),
            };
    }

    private bool IsUsed(Network network) => (network.Settings.ConfigOnly && networks.All.Any(other => other.Settings.ConfigFrom == network.Name)) || containers.All.Any(entry => entry.Container.Networks.Values.Any(attachment => attachment.NetworkId == network.Id));

    private void Publish(Network network, string action) =>
        events.Publish("network", action, network.Id, ("name", network.Name), ("type", network.Settings.Driver));
}

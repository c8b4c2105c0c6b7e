using System.Net;
using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Engine.Networks;
using Gantry.Engine.Networks.Remote;
using Gantry.Networking;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>A container's ties to networks: what was asked, turned into sandboxes and endpoints. The caller holds the entry's gate.</summary>
internal sealed partial class ContainerNetworking(ContainerRegistry containers, NetworkRegistry networks, NetworkStack stack, NetworkDrivers drivers, RemoteAddresses addresses, ContainerFiles files, EventService events, ILogger logger)
{
    private const string Failure = "failed to set up container networking: ";

    /// <summary>Checks the networks a new container names and says what it will be attached to.</summary>
    public IReadOnlyDictionary<string, NetworkAttachment> Plan(ContainerSettings settings, string name, ContainerId id)
    {
        var mode = settings.Host.NetworkMode;
        Dictionary<string, NetworkAttachment> plan = [];
        if (JoinedNamespace.NameIn(mode) is not null)
        {
            return settings.Networks.Count == 0 ? plan : throw GantryException.Conflict("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }

        LegacyLinks.Check(settings, containers);
        // Docker: a network that is not there yet is missed at the start only.
        var primary = networks.Find(mode)?.Name ?? mode;
        var asked = settings.Networks.Select(pair => (Name: networks.Find(pair.Key)?.Name ?? pair.Key, Settings: pair.Value)).ToList();
        if (asked.All(pair => pair.Name != primary))
        {
            asked.Insert(0, (primary, new EndpointSettings()));
        }

        foreach (var (networkName, endpoint) in asked.OrderBy(pair => pair.Name != primary))
        {
            var network = networks.Find(networkName);
            CheckEndpoint(networkName, network, endpoint);
            plan[networkName] = network is null ? new NetworkAttachment { NetworkId = "", Settings = endpoint } : Attachment(network, settings, endpoint, name, id);
        }

        return plan;
    }

    /// <summary>Makes the sandbox of a container that starts, with all its endpoints and published ports. Undoes everything on failure.</summary>
    public async Task<NetworkResult> AttachAsync(ContainerEntry entry)
    {
        var container = entry.Container;
        if (container.Settings.Host.NetworkMode == "host")
        {
            return new NetworkResult(null, null, container.Networks, []);
        }

        if (Joined(container) is { } other)
        {
            return other.IsRunning
                ? new NetworkResult($"/proc/{other.State.Pid}/ns/net", null, container.Networks, [])
                : throw GantryException.Conflict($"cannot join network namespace of a non running container: container {other.Name} is {other.State.Status.ToString().ToLowerInvariant()}");
        }

        var sandbox = await stack.CreateSandboxAsync(Options(container), CancellationToken.None);
        var attached = new Dictionary<string, NetworkAttachment>();
        try
        {
            foreach (var (name, planned) in container.Networks)
            {
                var attachment = Current(container, name, planned);
                var network = networks.Get(attachment.NetworkId);
                if (network.Bridge is null)
                {
                    attached[name] = attachment;
                    continue;
                }

                attached[name] = attachment with { Endpoint = await ConnectAsync(sandbox, container, network, attachment) };
            }

            var ports = PortRequests(container.Settings);
            var published = ports.Count == 0 ? [] : await sandbox.PublishAsync(ports, container.Name, CancellationToken.None);
            return new NetworkResult(sandbox.NamespacePath, sandbox, attached, published);
        }
        catch (Exception exception)
        {
            await sandbox.ReleaseAsync();
            await ReleaseAddressesAsync(attached.Values);
            throw exception switch
            {
                GantryException known when known.Message.StartsWith(Failure, StringComparison.Ordinal) => known,
                GantryException known => new GantryException(known.Kind, Failure + known.Message, known),
                _ => new GantryException(ErrorKind.Internal, Failure + exception.Message, exception),
            };
        }
    }

    /// <summary>Tells of the endpoints of a container that was made: one that could not be was never connected.</summary>
    public void PublishConnected(Container container)
    {
        foreach (var attachment in container.Networks.Values.Where(attachment => attachment.Endpoint is not null))
        {
            Publish(networks.Get(attachment.NetworkId), "connect", container);
        }
    }

    /// <summary>Lets go of a container's sandbox after its end.</summary>
    public async Task ReleaseAsync(ContainerEntry entry)
    {
        if (entry.Sandbox is null)
        {
            await ForgetAsync(entry.Container);
        }

        if (entry.Sandbox is { } sandbox)
        {
            entry.Sandbox = null;
            await sandbox.ReleaseAsync();
            await ReleaseAddressesAsync(entry.Container.Networks.Values);
            foreach (var attachment in entry.Container.Networks.Values.Where(attachment => attachment.Endpoint is not null))
            {
                if (networks.Find(attachment.NetworkId) is { } network)
                {
                    Publish(network, "disconnect", entry.Container);
                }
            }
        }
    }

    /// <summary>Takes a running container's sandbox over after a daemon restart.</summary>
    public async Task RestoreAsync(ContainerEntry entry, int pid)
    {
        var container = entry.Container;
        if (container.Settings.Host.NetworkMode is "host" || JoinedNamespace.NameIn(container.Settings.Host.NetworkMode) is not null)
        {
            return;
        }

        var endpoints = container.Networks.Values
            .Where(attachment => attachment.Endpoint is not null)
            .Select(attachment => (Network: networks.Find(attachment.NetworkId), Attachment: attachment))
            .Where(pair => pair.Network?.Bridge is not null)
            .Select(pair => (pair.Network!.Bridge!, pair.Attachment.Endpoint!, Request(container, pair.Network, pair.Attachment)));
        entry.Sandbox = await stack.RestoreSandboxAsync(Options(container), pid, [.. endpoints], PortRequests(container.Settings), container.Ports, CancellationToken.None);
    }

    public async Task ConnectAsync(ContainerEntry entry, Network network, EndpointSettings settings, CancellationToken cancellationToken)
    {
        var container = entry.Container;
        if (container.Settings.Host.NetworkMode == "host" || network.Name == "host")
        {
            throw GantryException.Invalid("cannot connect container to host network - container must be created in host network mode");
        }

        if (JoinedNamespace.NameIn(container.Settings.Host.NetworkMode) is not null)
        {
            throw new GantryException(ErrorKind.Forbidden, "container sharing network namespace with another container or host cannot be connected to any other network");
        }

        if (container.Networks.ContainsKey(network.Name))
        {
            // One that does not run has no endpoint yet, and Docker minds nothing.
            if (entry.Sandbox is null)
            {
                return;
            }

            throw new GantryException(ErrorKind.Forbidden, $"endpoint with name {container.Name} already exists in network {network.Name}");
        }

        if (container.Networks.Count > 0 && (network.Name == "none" || container.Networks.ContainsKey("none")))
        {
            throw GantryException.Invalid("container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }

        EndpointCheck.Check(network, settings, "");
        var attachment = Attachment(network, container.Settings, settings, container.Name, container.Id) with { Connected = true };
        if (entry.Sandbox is { } sandbox && network.Bridge is { } bridge)
        {
            attachment = attachment with { Endpoint = await ConnectAsync(sandbox, container, network, attachment) };
            files.Join(container, attachment.Endpoint, bridge.NameResolution);
        }

        containers.Update(entry, current => current with { Networks = With(current.Networks, network.Name, attachment), Ports = entry.Sandbox?.Ports ?? current.Ports, Publishes = entry.Sandbox?.Publishes ?? false });
        if (attachment.Endpoint is not null)
        {
            Publish(network, "connect", container);
        }
    }

    public async Task DisconnectAsync(ContainerEntry entry, Network network, CancellationToken cancellationToken)
    {
        var container = entry.Container;
        if (!container.Networks.TryGetValue(network.Name, out var attachment))
        {
            throw new GantryException(ErrorKind.Forbidden, $"container {container.Id} is not connected to the network {network.Name}");
        }

        if (entry.Sandbox is { } sandbox)
        {
            await sandbox.DisconnectAsync(network.Id, cancellationToken);
            await ReleaseAddressesAsync([attachment]);
            if (attachment.Endpoint is { } endpoint)
            {
                files.Leave(container, endpoint);
            }
        }

        containers.Update(entry, current => current with { Networks = current.Networks.Where(pair => pair.Key != network.Name).ToDictionary(pair => pair.Key, pair => pair.Value), Ports = entry.Sandbox?.Ports ?? current.Ports, Publishes = entry.Sandbox?.Publishes ?? false });
        if (attachment.Endpoint is not null)
        {
            Publish(network, "disconnect", container);
        }
    }

    /// <summary>The names change with the container's.</summary>
    public IReadOnlyDictionary<string, NetworkAttachment> Rename(ContainerEntry entry, string name)
    {
        var container = entry.Container;
        return container.Networks.ToDictionary(pair => pair.Key, pair =>
        {
            if (networks.Find(pair.Value.NetworkId) is not { } network)
            {
                return pair.Value;
            }

            var names = DnsNames(network, container.Settings, pair.Value.Settings, name, container.Id);
            if (pair.Value.Endpoint is not null)
            {
                entry.Sandbox?.Rename(pair.Value.NetworkId, names);
            }

            return pair.Value with { DnsNames = names };
        });
    }

    /// <summary>The container whose network this one shares (<c>--network container:NAME</c>), if any.</summary>
    /// <exception cref="GantryException">Internal, as Docker says it: it never was, or is gone.</exception>
    public Container? Joined(Container container) => JoinedNamespace.NameIn(container.Settings.Host.NetworkMode) is { } name
        ? containers.Find(name)?.Container
            ?? throw new GantryException(ErrorKind.Internal, $"joining network namespace of container: No such container: {name}")
        : null;

    public bool HasNameResolution(Container container) =>
        container.Networks.Values.Any(attachment => networks.Find(attachment.NetworkId)?.Bridge is { NameResolution: true });

    public IPAddress HostGateway => networks.Get("bridge").Bridge!.Gateway!;

    private static SandboxOptions Options(Container container) => new() { Owner = container.Id, Dns = [.. container.Settings.Host.Dns.Select(IPAddress.Parse)] };

    private EndpointRequest Request(Container container, Network network, NetworkAttachment attachment) => new()
    {
        Driver = network.Bridge?.Driver is null ? null : Remote(container, network, attachment.Settings),
        Address6 = attachment.Settings.IPv6Address is { Length: > 0 } address6 ? IPAddress.Parse(address6) : null,
        Address = attachment.Settings.IPv4Address is { Length: > 0 } address ? IPAddress.Parse(address) : null,
        MacAddress = attachment.Settings.MacAddress is { Length: > 0 } mac ? MacAddress.Parse(mac) : null,
        Names = attachment.DnsNames,
        Links = container.Settings.Host.Links.Concat(attachment.Settings.Links)
            .Select(link => link.Split(':', 2))
            .GroupBy(parts => parts[^1].Split('/')[^1])
            .ToDictionary(parts => parts.Key, parts => parts.First()[0].TrimStart('/')),
        GatewayPriority = attachment.Settings.GatewayPriority,
        InterfaceName = EndpointOptions.InterfaceName(attachment.Settings),
        Switches = EndpointOptions.Switches(attachment.Settings),
    };

    private static IReadOnlyList<string> DnsNames(Network network, ContainerSettings settings, EndpointSettings endpoint, string name, ContainerId id) =>
        network.Bridge is not { NameResolution: true } ? []
        : [.. new[] { name }.Concat(endpoint.Aliases).Append(id.Short).Append(settings.Hostname).Where(each => each.Length > 0).Distinct()];

    private static void CheckEndpoint(string name, Network? network, EndpointSettings endpoint) =>
        EndpointCheck.Check(network, endpoint, $"invalid config for network {name}: ");

    private static NetworkAttachment Attachment(Network network, ContainerSettings settings, EndpointSettings endpoint, string name, ContainerId id) =>
        new() { NetworkId = network.Id, Settings = endpoint, DnsNames = DnsNames(network, settings, endpoint, name, id) };

    // The network may have been made, or made anew, since the container was.
    private NetworkAttachment Current(Container container, string name, NetworkAttachment planned)
    {
        if (networks.Find(planned.NetworkId) is not null)
        {
            return planned;
        }

        var network = networks.Get(name);
        CheckEndpoint(name, network, planned.Settings);
        return Attachment(network, container.Settings, planned.Settings, container.Name, container.Id);
    }

    private static List<PortRequest> PortRequests(ContainerSettings settings)
    {
        var host = settings.Host;
        List<PortRequest> requests = [];
        foreach (var (text, bindings) in host.PortBindings)
        {
            var port = ContainerPort.Parse(text);
            foreach (var binding in bindings.DefaultIfEmpty(new HostPort("", "")))
            {
                var (first, last) = ContainerPort.ParseRange(binding.Port);
                var address = binding.Address.Length > 0 ? IPAddress.Parse(binding.Address.Trim('[', ']')) : null;
                requests.Add(new PortRequest(port.Protocol, address, first, port.Number) { LastHostPort = last });
            }
        }

        if (host.PublishAllPorts)
        {
            requests.AddRange(settings.ExposedPorts.Where(exposed => !host.PortBindings.ContainsKey(exposed)).Select(ContainerPort.TryParse).OfType<ContainerPort>()
                .Select(port => new PortRequest(port.Protocol, null, 0, port.Number)));
        }

        return requests;
    }

    private void Publish(Network network, string action, Container container) =>
        events.Publish("network", action, network.Id, ("container", container.Id.ToString()), ("name", network.Name), ("type", network.Settings.Driver));

    private static Dictionary<string, NetworkAttachment> With(IReadOnlyDictionary<string, NetworkAttachment> networks, string name, NetworkAttachment attachment) =>
        new(networks) { [name] = attachment };
}

/// <summary>What a start got from the network.</summary>
internal sealed record NetworkResult(string? NamespacePath, Sandbox? Sandbox, IReadOnlyDictionary<string, NetworkAttachment> Networks, IReadOnlyList<PortMapping> Ports);

// The face of Gantry.Networking that Engine is written against. Its owner splits this file by topic.
#pragma warning disable
using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

public sealed record NetworkingOptions
{
    /// <summary>nftables table name, "gantry" by default; tests use their own so that several daemons coexist.</summary>
    public string TableName { get; init; } = "gantry";
    /// <summary>Name of the default bridge, "gantry0" by default.</summary>
    public string DefaultBridge { get; init; } = "gantry0";
    /// <summary>Prefix of other bridges' names, "gt-" by default, followed by 12 hex digits of the network's id at most (IFNAMSIZ).</summary>
    public string BridgePrefix { get; init; } = "gt-";
    /// <summary>Pools that subnets are taken from: Docker's defaults (172.17.0.0/16 and so on); what the host's routes use is skipped.</summary>
    public IReadOnlyList<(IPNetwork Pool, int PrefixLength)> AddressPools { get; init; } = DefaultPools;
    public static IReadOnlyList<(IPNetwork, int)> DefaultPools => throw new NotImplementedException();
    /// <summary>Resolvers for names that are not containers'; empty means the host's /etc/resolv.conf, re-read when it changes.</summary>
    public IReadOnlyList<IPAddress> UpstreamDns { get; init; } = [];
}

/// <summary>A bridge network as it is to exist in the kernel. Persisted by the Engine.</summary>
public sealed record BridgeNetwork
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string BridgeName { get; init; }
    public required IPNetwork Subnet { get; init; }
    public required IPAddress Gateway { get; init; }
    /// <summary>Addresses are given out from here; null means the whole subnet.</summary>
    public IPNetwork? IpRange { get; init; }
    /// <summary>No route out, no published ports.</summary>
    public bool Internal { get; init; }
    /// <summary>Containers on it may talk to each other (default true).</summary>
    public bool InterContainer { get; init; } = true;
    public bool Masquerade { get; init; } = true;
    public int Mtu { get; init; } = 1500;
    /// <summary>Address that published ports bind to when none is given.</summary>
    public IPAddress HostBinding { get; init; } = IPAddress.Any;
    /// <summary>Names of containers are resolved on it (user-defined networks; not the default bridge).</summary>
    public bool NameResolution { get; init; } = true;
}

public sealed record EndpointRequest
{
    public IPAddress? Address { get; init; }
    public MacAddress? MacAddress { get; init; }
    /// <summary>Names answered for this endpoint on this network: container name, short id, aliases.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
    /// <summary>Legacy --link aliases resolvable only from this sandbox: alias to target name.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();
    /// <summary>The higher, the likelier this endpoint's gateway is the default route.</summary>
    public int GatewayPriority { get; init; }
}

/// <summary>An attached endpoint, observed. Persisted by the Engine so that it can be restored.</summary>
public sealed record EndpointState
{
    public required string NetworkId { get; init; }
    public required string EndpointId { get; init; }
    public required string InterfaceName { get; init; }
    public required string HostInterface { get; init; }
    public required IPAddress Address { get; init; }
    public required int PrefixLength { get; init; }
    public required IPAddress Gateway { get; init; }
    public required MacAddress MacAddress { get; init; }
    public IReadOnlyList<string> Names { get; init; } = [];
}

public enum PortProtocol { Tcp, Udp }

/// <summary>One published port. HostPort 0 asks for a free one (32768 to 60999).</summary>
public sealed record PortMapping(PortProtocol Protocol, IPAddress HostAddress, int HostPort, int ContainerPort);

public sealed record SandboxOptions
{
    public required ContainerId Owner { get; init; }
    /// <summary>Extra names of /etc/hosts kind are the Engine's business; these are resolver settings.</summary>
    public IReadOnlyList<IPAddress> Dns { get; init; } = [];
}

/// <summary>The engine of container networking: bridges, addresses, firewall, ports, names. One per daemon.</summary>
public sealed class NetworkStack : IAsyncDisposable
{
    public NetworkStack(NetworkingOptions options) => throw new NotImplementedException();
    /// <summary>nft table and base chains, ip_forward, coexistence with Docker's FORWARD policy. Idempotent; existing containers' rules and traffic are kept.</summary>
    public void Initialize() => throw new NotImplementedException();
    /// <summary>A free subnet from the pools and its gateway (first address), avoiding host routes and <paramref name="taken"/>. Unavailable when the pools are used up.</summary>
    public (IPNetwork Subnet, IPAddress Gateway) AllocateSubnet(IEnumerable<IPNetwork> taken) => throw new NotImplementedException();
    /// <summary>Bridge up with its gateway address and its firewall rules. Idempotent: also run at boot.</summary>
    public void EnsureNetwork(BridgeNetwork network) => throw new NotImplementedException();
    /// <summary>Missing is success.</summary>
    public void RemoveNetwork(BridgeNetwork network) => throw new NotImplementedException();
    /// <summary>A new network namespace with lo up, and its resolver on 127.0.0.11 (started when a network with NameResolution is connected).</summary>
    public Task<Sandbox> CreateSandboxAsync(SandboxOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Takes over the namespace of a running container after a daemon restart: addresses and names reserved again, resolver sockets reopened, published ports checked.</summary>
    public Task<Sandbox> RestoreSandboxAsync(SandboxOptions options, int pid, IReadOnlyList<(BridgeNetwork Network, EndpointState Endpoint, EndpointRequest Request)> endpoints, IReadOnlyList<PortMapping> ports, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>At boot, after restores: rules, port map elements and host veths that belong to no live sandbox are removed.</summary>
    public void CollectGarbage() => throw new NotImplementedException();
    /// <summary>Removes everything this stack made in the kernel except bridges of live networks (used by tests and --down).</summary>
    public void RemoveAll() => throw new NotImplementedException();
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>One container's network namespace and its endpoints.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    /// <summary>/proc/DAEMONPID/fd/N: what the OCI spec joins.</summary>
    public string NamespacePath => throw new NotImplementedException();
    public IReadOnlyList<EndpointState> Endpoints => throw new NotImplementedException();
    /// <summary>Waits until packets flow (host veth operationally up). Conflict: "Address already in use".</summary>
    public Task<EndpointState> ConnectAsync(BridgeNetwork network, EndpointRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task DisconnectAsync(string networkId, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>
    /// Publishes all or none. Returns them with host ports filled in. A port in use throws
    /// Internal "failed to set up container networking: driver failed programming external connectivity on endpoint ...: failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use" (pass the endpoint's name text in).
    /// </summary>
    public Task<IReadOnlyList<PortMapping>> PublishAsync(IReadOnlyList<PortMapping> ports, string endpointName, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>The names a container answers to change (rename).</summary>
    public void Rename(string networkId, IReadOnlyList<string> names) => throw new NotImplementedException();
    /// <summary>The container ended: addresses, ports, names, resolver and namespace are let go. After this the object is dead.</summary>
    public ValueTask ReleaseAsync() => throw new NotImplementedException();
    /// <summary>The daemon stops but the container lives: lets go without undoing anything in the kernel.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

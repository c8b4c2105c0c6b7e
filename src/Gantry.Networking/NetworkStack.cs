using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;
using Gantry.Networking.Addresses;

namespace Gantry.Networking;

/// <summary>
/// The engine of container networking: bridges, addresses, firewall, ports, names. One per daemon. It acts in the network
/// namespace of the thread that makes it.
/// </summary>
public sealed partial class NetworkStack : IAsyncDisposable
{
    private const string ForwardingSwitch = "/proc/sys/net/ipv4/ip_forward";
    private const string HostInterfacePrefix = "veth";

    private readonly NetworkingOptions options;
    private readonly NetworkHost host;
    private readonly CancellationTokenSource stopping = new();
    private Task watch = Task.CompletedTask;

    /// <exception cref="Core.GantryException">Unavailable: libnftables is not installed.</exception>
    public NetworkStack(NetworkingOptions options)
    {
        this.options = options;
        host = new NetworkHost(options);
    }

    /// <summary>nftables table and base chains, ip_forward, coexistence with Docker's FORWARD policy. Idempotent; existing containers' rules and traffic are kept.</summary>
    public void Initialize()
    {
        host.Filters.ForEach(filter => filter.Install());
        if (File.ReadAllText(ForwardingSwitch).Trim() != "1")
        {
            File.WriteAllText(ForwardingSwitch, "1");
        }

        AcceptInDockersChain();
        if (watch.IsCompleted)
        {
            watch = WatchDockerAsync();
        }
    }

    /// <summary>Whether the host has an interface of this name.</summary>
    public bool HasLink(string name) => host.Routes.FindLink(name) is not null;

    /// <summary>A free subnet from the pools and its gateway (first address), avoiding host routes and <paramref name="taken"/>.</summary>
    /// <exception cref="Core.GantryException">Unavailable: the pools are used up.</exception>
    public (IPNetwork Subnet, IPAddress Gateway) AllocateSubnet(IEnumerable<IPNetwork> taken)
    {
        var known = host.Segments.Values.Select(segment => segment.Network.Subnet).OfType<IPNetwork>().Where(subnet => subnet.PrefixLength > 0);
        var pools = Pools(AddressFamily.InterNetwork);
        var subnet = SubnetPool.Allocate(pools.Count > 0 ? pools : NetworkingOptions.DefaultPools, [.. taken, .. known, .. host.Routes.GetRouteDestinations()]);
        return (subnet, AddressNumber.At(subnet, 1));
    }

    /// <summary>The same for IPv6: from the pools that are, else from a unique local one of this machine.</summary>
    /// <exception cref="Core.GantryException">Unavailable: the pools are used up.</exception>
    public (IPNetwork Subnet, IPAddress Gateway) AllocateSubnet6(IEnumerable<IPNetwork> taken)
    {
        var known = host.Segments.Values.Select(segment => segment.Network.Subnet6).OfType<IPNetwork>();
        var pools = Pools(AddressFamily.InterNetworkV6);
        var subnet = SubnetPool.Allocate(pools.Count > 0 ? pools : [SubnetPool.LocalPool($"{MachineId()} {options.TableName}")], [.. taken, .. known]);
        return (subnet, AddressNumber.At(subnet, 1));
    }

    private IReadOnlyList<(IPNetwork Pool, int PrefixLength)> Pools(AddressFamily family) => [.. options.AddressPools.Where(pool => pool.Pool.BaseAddress.AddressFamily == family)];

    private static string MachineId() => File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : Environment.MachineName;

    /// <summary>A new network namespace with lo up, and its resolver on 127.0.0.11 (started when a network with NameResolution is connected).</summary>
    public Task<Sandbox> CreateSandboxAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (created, routes) = NetworkNamespace.Create(() =>
        {
            var routes = RouteSocket.Open();
            routes.SetUp(Sandbox.LoopbackIndex);
            return routes;
        });
        return Task.FromResult(Enter(new Sandbox(host, options, created, routes)));
    }

    /// <summary>
    /// Takes over the namespace of a running container after a daemon restart: addresses and names reserved again, resolver
    /// sockets reopened, published ports checked.
    /// </summary>
    /// <param name="requests">What was asked to be published, for when the networks change.</param>
    /// <param name="ports">What is.</param>
    /// <exception cref="LinuxException">ENOENT: there is no such process.</exception>
    public async Task<Sandbox> RestoreSandboxAsync(
        SandboxOptions options,
        int pid,
        IReadOnlyList<(BridgeNetwork Network, EndpointState Endpoint, EndpointRequest Request)> endpoints,
        IReadOnlyList<PortRequest> requests,
        IReadOnlyList<PortMapping> ports,
        CancellationToken cancellationToken)
    {
        var found = NetworkNamespace.OfProcess(pid);
        var sandbox = new Sandbox(host, options, found, found.Run(RouteSocket.Open));
        try
        {
            await sandbox.RestoreAsync(endpoints, requests, ports, cancellationToken).ConfigureAwait(false);
            return Enter(sandbox);
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops serving names and lets the sockets go; networks, rules and containers' traffic stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(false);
        foreach (var sandbox in host.Sandboxes.Keys)
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }

        host.Dispose();
        stopping.Dispose();
    }

    private Sandbox Enter(Sandbox sandbox)
    {
        host.Sandboxes[sandbox] = 0;
        return sandbox;
    }

    /// <summary>A Docker Engine may start, or have its rules made anew, at any time.</summary>
    private async Task WatchDockerAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false))
            {
                AcceptInDockersChain();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void AcceptInDockersChain()
    {
        string[] names = [.. host.Segments.Values.Select(segment => segment.Network.BridgeName)
            .Where(name => name.Length > 0 && !name.StartsWith(options.BridgePrefix, StringComparison.Ordinal))
            .Concat([options.DefaultBridge, options.BridgePrefix + "*"])
            .Distinct()];
        host.Docker.ForEach(forwarding => forwarding.Accept(names));
    }
}

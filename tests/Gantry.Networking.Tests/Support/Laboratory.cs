using System.Net;
using Gantry.Core;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;

namespace Gantry.Networking.Tests.Support;

/// <summary>A stack of our own names on the private host, and another host on a wire to it (10.99.0.1 here, 10.99.0.2 there).</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    internal const string HostAddress = "10.99.0.1";
    internal const string OutsideAddress = "10.99.0.2";

    private static int count;

    private readonly List<BridgeNetwork> networks = [];
    private readonly List<Sandbox> sandboxes = [];
    private readonly int number = Interlocked.Increment(ref count);

    private Laboratory(Func<NetworkingOptions, NetworkingOptions> change)
    {
        Assert.True(PrivateHost.IsPrivate, "needs root");
        Options = change(new NetworkingOptions
        {
            TableName = $"lab{number}",
            DefaultBridge = $"lab{number}",
            BridgePrefix = $"lab{number}-",
        });
        Outside = NetworkNamespace.Create();
        Wire();
        Stack = new NetworkStack(Options);
        Stack.Initialize();
    }

    internal NetworkingOptions Options { get; }

    internal NetworkNamespace Outside { get; }

    internal NetworkStack Stack { get; private set; }

    internal static Laboratory Open(params IReadOnlyList<IPAddress> upstream) => new(options => options with { UpstreamDns = upstream });

    internal static Laboratory Open(Func<NetworkingOptions, NetworkingOptions> change) => new(change);

    internal BridgeNetwork Network(string name, Func<BridgeNetwork, BridgeNetwork>? change = null)
    {
        var id = ContainerId.New().ToString();
        var (subnet, gateway) = Stack.AllocateSubnet([]);
        var network = new BridgeNetwork
        {
            Id = id,
            Name = name,
            BridgeName = $"{Options.BridgePrefix}{id[..6]}",
            Subnet = subnet,
            Gateway = gateway,
        };
        network = change?.Invoke(network) ?? network;
        Stack.EnsureNetwork(network);
        networks.Add(network);
        return network;
    }

    internal async Task<Sandbox> Container(params BridgeNetwork[] on)
    {
        var sandbox = await Sandbox();
        foreach (var network in on)
        {
            await sandbox.ConnectAsync(network, new EndpointRequest(), TestContext.Current.CancellationToken);
        }

        return sandbox;
    }

    internal async Task<Sandbox> Named(BridgeNetwork network, params string[] names)
    {
        var sandbox = await Sandbox();
        await sandbox.ConnectAsync(network, new EndpointRequest { Names = names }, TestContext.Current.CancellationToken);
        return sandbox;
    }

    internal async Task<Sandbox> Sandbox()
    {
        var sandbox = await Stack.CreateSandboxAsync(new SandboxOptions { Owner = ContainerId.New() }, TestContext.Current.CancellationToken);
        sandboxes.Add(sandbox);
        return sandbox;
    }

    /// <summary>As after kill -9 of the daemon: sockets closed, the kernel's state as it was, and a new process.</summary>
    internal async Task Restart()
    {
        await Stack.DisposeAsync();
        Stack = new NetworkStack(Options);
        Stack.Initialize();
        networks.ForEach(Stack.EnsureNetwork);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in sandboxes)
        {
            await sandbox.ReleaseAsync();
        }

        networks.ForEach(Stack.RemoveNetwork);
        Stack.RemoveAll();
        await Stack.DisposeAsync();
        Outside.Dispose();
        using var routes = RouteSocket.Open();
        if (routes.FindLink($"wire{number}") is { } wire)
        {
            routes.DeleteLink(wire.Index);
        }
    }

    private void Wire()
    {
        using var here = RouteSocket.Open();
        here.CreateVeth(new VethRequest
        {
            Name = $"wire{number}",
            Master = 0,
            PeerName = "eth0",
            PeerAddress = MacAddress.Random(),
            PeerNamespace = Outside.Number,
        });
        using var there = Outside.Run(RouteSocket.Open);
        there.SetUp(1);
        var index = there.FindLink("eth0")!.Index;
        there.ConfigureInterface(index, new InterfaceAddress(index, IPAddress.Parse(OutsideAddress), 24));
        there.SetDefaultRoute(IPAddress.Parse(HostAddress));

        // The wire takes packets a moment after both ends are up.
        Assert.True(SpinWait.SpinUntil(() => here.FindLink($"wire{number}") is { IsOperational: true }, TimeSpan.FromSeconds(5)), "the wire does not come up");
        here.AddAddress(new InterfaceAddress(here.FindLink($"wire{number}")!.Index, IPAddress.Parse(HostAddress), 24));
    }
}

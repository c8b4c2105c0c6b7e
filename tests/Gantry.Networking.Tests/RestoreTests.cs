using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Core;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

[Trait("Ring", "integration")]
public sealed class RestoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_container_works_without_a_daemon_and_is_taken_over_by_the_next()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var sandbox = await lab.Named(network, "web");
        var gone = await lab.Named(network, "gone");
        using var container = Inhabit(sandbox);
        using var web = Wires.ServeTcp(sandbox.Namespace, 80, "web");
        using var elsewhere = sandbox.Namespace.Run(RouteSocket.Open);
        var ports = await sandbox.PublishAsync([PublishTests.Tcp(8180, 80)], "web", None);
        await gone.PublishAsync([PublishTests.Tcp(8181, 80)], "gone", None);
        var endpoint = sandbox.Endpoints[0];

        // Held open over the restart.
        using var established = Wires.Socket(lab.Outside, ProtocolType.Tcp);
        await established.ConnectAsync(IPAddress.Parse(Laboratory.HostAddress), 8180, None);

        await lab.Restart();
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8180));
        var buffer = new byte[64];
        Assert.StartsWith("web", Encoding.ASCII.GetString(buffer, 0, await established.ReceiveAsync(buffer)));

        var restored = await lab.Stack.RestoreSandboxAsync(
            new SandboxOptions { Owner = ContainerId.New() }, container.Id, [(network, endpoint, new EndpointRequest { Names = ["web"] })], [PublishTests.Tcp(8180, 80)], ports, None);
        lab.Stack.CollectGarbage();
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8180));
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8181));
        Assert.Equal(endpoint, Assert.Single(restored.Endpoints));
        Assert.Equal([endpoint.Address!], await Questions.Addresses(restored.Namespace, "web"));

        // Its port and its address are taken.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => server.Bind(new IPEndPoint(IPAddress.Any, 8180)));
        var next = await lab.Named(network, "next");
        Assert.NotEqual(endpoint.Address, next.Endpoints[0].Address);
        var conflict = await Assert.ThrowsAsync<GantryException>(async () =>
            await (await lab.Sandbox()).ConnectAsync(network, new EndpointRequest { Address = endpoint.Address }, None));
        Assert.Equal(ErrorKind.Conflict, conflict.Kind);

        await restored.ReleaseAsync();
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8180));
        container.Kill();
        await container.WaitForExitAsync(None);
    }

    [Fact]
    public async Task Ports_of_a_container_that_was_taken_over_move_with_its_networks()
    {
        await using var lab = Laboratory.Open();
        var (routed, nat) = (lab.Network("b", network => network with { Mode = GatewayMode.Routed }), lab.Network("a"));
        var sandbox = await lab.Container(routed);
        using var container = Inhabit(sandbox);
        using var web = Wires.ServeTcp(sandbox.Namespace, 80, "web");
        PortRequest[] requests = [PublishTests.Tcp(8184, 80)];
        var ports = await sandbox.PublishAsync(requests, "web", None);
        var endpoint = sandbox.Endpoints[0];
        await lab.Restart();
        var restored = await lab.Stack.RestoreSandboxAsync(new SandboxOptions { Owner = ContainerId.New() }, container.Id, [(routed, endpoint, new EndpointRequest())], requests, ports, None);
        lab.Stack.CollectGarbage();
        Assert.Equal(0, Assert.Single(restored.Ports).HostPort);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, $"{endpoint.Address}", 80));
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8184));

        await restored.ConnectAsync(nat, new EndpointRequest(), None);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8184));
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, $"{endpoint.Address}", 80));
        await restored.ReleaseAsync();
        container.Kill();
        await container.WaitForExitAsync(None);
    }

    [Fact]
    public async Task Lost_rules_and_a_lost_bridge_are_made_anew_under_a_running_container()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net", network => network with { InterContainer = false });
        var sandbox = await lab.Named(network, "web");
        using var container = Inhabit(sandbox);
        using var web = Wires.ServeTcp(sandbox.Namespace, 80, "web");
        var ports = await sandbox.PublishAsync([PublishTests.Tcp(8182, 80)], "web", None);
        var endpoint = sandbox.Endpoints[0];
        using (var nftables = NftablesContext.Open())
        {
            nftables.Run($"delete table ip {lab.Options.TableName}");
        }

        using var routes = RouteSocket.Open();
        routes.DeleteLink(routes.FindLink(network.BridgeName)!.Index);
        Assert.NotNull(routes.FindLink(endpoint.HostInterface));
        await lab.Restart();
        var restored = await lab.Stack.RestoreSandboxAsync(
            new SandboxOptions { Owner = ContainerId.New() }, container.Id, [(network, endpoint, new EndpointRequest())], [PublishTests.Tcp(8182, 80)], ports, None);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8182));
        await restored.ReleaseAsync();
        container.Kill();
        await container.WaitForExitAsync(None);
    }

    [Fact]
    public async Task Removal_leaves_nothing_and_garbage_of_dead_sandboxes_goes()
    {
        using var routes = RouteSocket.Open();
        var before = routes.GetLinks().Select(link => link.Name).ToHashSet();
        using var nftables = NftablesContext.Open();
        await using (var lab = Laboratory.Open())
        {
            var network = lab.Network("net");
            var sandbox = await lab.Named(network, "web");
            await sandbox.PublishAsync([PublishTests.Tcp(8183, 80)], "web", None);
            using var container = Inhabit(sandbox);
            await lab.Restart();
            Assert.NotNull(routes.FindLink(sandbox.Endpoints[0].HostInterface));
            lab.Stack.CollectGarbage();
            Assert.Null(routes.FindLink(sandbox.Endpoints[0].HostInterface));
            Assert.DoesNotContain("8183", nftables.Query($"list map ip {lab.Options.TableName} ports_any"));
            container.Kill();
            await container.WaitForExitAsync(None);
        }

        Assert.Equal(before, routes.GetLinks().Select(link => link.Name).ToHashSet());
        Assert.DoesNotContain("lab", nftables.Query("list tables"));
    }

    [Fact]
    public async Task A_process_that_is_gone_cannot_be_restored()
    {
        await using var lab = Laboratory.Open();
        var gone = await Assert.ThrowsAsync<Linux.LinuxException>(() => lab.Stack.RestoreSandboxAsync(
            new SandboxOptions { Owner = ContainerId.New() }, int.MaxValue, [], [], [], None));
        Assert.Equal(Linux.Errno.ENOENT, gone.Errno);
    }

    private static Process Inhabit(Sandbox sandbox)
    {
        var process = Process.Start("nsenter", [$"--net={sandbox.NamespacePath}", "sleep", "60"]);

        // nsenter has entered when it has become sleep.
        for (var tries = 0; tries < 500 && Comm(process.Id) != "sleep"; tries++)
        {
            Thread.Sleep(2);
        }

        return process;
    }

    private static string Comm(int pid) => File.ReadAllText($"/proc/{pid}/comm").Trim();
}

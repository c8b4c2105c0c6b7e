using System.Diagnostics;
using System.Net;
using Gantry.Core;
using Gantry.Linux.Netlink;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

[Trait("Ring", "integration")]
public sealed class ConnectTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_refused_interface_name_takes_no_address()
    {
        await using var lab = Laboratory.Open();
        var tiny = lab.Network("tiny", network => network with { Subnet = IPNetwork.Parse("10.99.7.0/30"), Gateway = IPAddress.Parse("10.99.7.1") });
        var sandbox = await lab.Container(lab.Network("front"));
        for (var tries = 0; tries < 3; tries++)
        {
            Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<GantryException>(() => sandbox.ConnectAsync(tiny, new EndpointRequest { InterfaceName = "eth0" }, None))).Kind);
        }

        Assert.Equal("10.99.7.2", (await sandbox.ConnectAsync(tiny, new EndpointRequest { InterfaceName = "own" }, None)).Address!.ToString());
    }

    [Fact]
    public async Task Containers_of_one_network_reach_each_other_and_the_outside_under_the_hosts_address()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (one, two) = (await lab.Container(network), await lab.Container(network));
        using var server = Wires.ServeTcp(two.Namespace, 80, "two");
        using var outside = Wires.ServeTcp(lab.Outside, 80, "outside");
        Assert.Equal($"two {one.Endpoints[0].Address}", await Wires.AskTcp(one.Namespace, two.Endpoints[0].Address!.ToString(), 80));
        Assert.Equal($"outside {Laboratory.HostAddress}", await Wires.AskTcp(one.Namespace, Laboratory.OutsideAddress, 80));
        Assert.Equal($"two {network.Gateway}", await Wires.AskTcp(null, two.Endpoints[0].Address!.ToString(), 80));
    }

    [Fact]
    public async Task The_first_packet_is_never_lost()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        using var outside = Wires.ServeTcp(lab.Outside, 80, "outside");
        for (var round = 0; round < 40; round++)
        {
            var sandbox = await lab.Container(network);
            Assert.Equal(($"outside {Laboratory.HostAddress}", 0), await Wires.AskTcpCounting(sandbox.Namespace, Laboratory.OutsideAddress, 80));
            await sandbox.ReleaseAsync();
        }
    }

    [Fact]
    public async Task The_bridge_itself_carries_when_its_first_container_is_connected()
    {
        await using var lab = Laboratory.Open();
        using var routes = RouteSocket.Open();
        for (var round = 0; round < 12; round++)
        {
            var network = lab.Network($"net{round}");
            await lab.Container(network);
            Assert.True(routes.FindLink(network.BridgeName)!.IsOperational, $"round {round}");
        }
    }

    [Fact]
    public async Task Networks_are_isolated_from_each_other_and_unpublished_ports_from_the_outside()
    {
        await using var lab = Laboratory.Open();
        var (one, two) = (await lab.Container(lab.Network("one")), await lab.Container(lab.Network("two")));
        using var server = Wires.ServeTcp(two.Namespace, 80, "two");
        var address = two.Endpoints[0].Address!.ToString();
        Assert.Equal("lost", await Wires.AskTcp(one.Namespace, address, 80));
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, address, 80));
    }

    [Fact]
    public async Task An_internal_network_has_no_way_out_but_its_containers_meet()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net", network => network with { Internal = true });
        var (one, two) = (await lab.Container(network), await lab.Container(network));
        using var server = Wires.ServeTcp(two.Namespace, 80, "two");
        using var outside = Wires.ServeTcp(lab.Outside, 80, "outside");
        Assert.StartsWith("two", await Wires.AskTcp(one.Namespace, two.Endpoints[0].Address!.ToString(), 80));
        Assert.Equal("refused", await Wires.AskTcp(one.Namespace, Laboratory.OutsideAddress, 80));
        using var routes = one.Namespace.Run(RouteSocket.Open);
        routes.SetDefaultRoute(network.Gateway!);
        Assert.Equal("lost", await Wires.AskTcp(one.Namespace, Laboratory.OutsideAddress, 80));
    }

    [Fact]
    public async Task Without_inter_container_traffic_containers_reach_only_the_outside()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net", network => network with { InterContainer = false });
        var (one, two) = (await lab.Container(network), await lab.Container(network));
        using var server = Wires.ServeTcp(two.Namespace, 80, "two");
        using var outside = Wires.ServeTcp(lab.Outside, 80, "outside");
        Assert.NotEqual($"two {one.Endpoints[0].Address}", await Wires.AskTcp(one.Namespace, two.Endpoints[0].Address!.ToString(), 80));
        Assert.StartsWith("outside", await Wires.AskTcp(one.Namespace, Laboratory.OutsideAddress, 80));
    }

    [Fact]
    public async Task The_default_route_follows_priority_then_name_as_networks_come_and_go()
    {
        await using var lab = Laboratory.Open();
        var (a, b, c) = (lab.Network("a"), lab.Network("b"), lab.Network("c"));
        var sandbox = await lab.Container(b);
        using var routes = sandbox.Namespace.Run(RouteSocket.Open);
        Assert.Equal(b.Gateway, routes.FindDefaultGateway());
        var second = await sandbox.ConnectAsync(a, new EndpointRequest(), None);
        Assert.Equal("eth1", second.InterfaceName);
        Assert.Equal(a.Gateway, routes.FindDefaultGateway());
        await sandbox.ConnectAsync(c, new EndpointRequest { GatewayPriority = 1 }, None);
        Assert.Equal(c.Gateway, routes.FindDefaultGateway());
        await sandbox.DisconnectAsync(c.Id, None);
        Assert.Equal(a.Gateway, routes.FindDefaultGateway());
        await sandbox.DisconnectAsync(a.Id, None);
        Assert.Equal(b.Gateway, routes.FindDefaultGateway());
        await sandbox.DisconnectAsync(b.Id, None);
        Assert.Null(routes.FindDefaultGateway());
        Assert.Equal(["lo"], routes.GetLinks().Select(link => link.Name));
        Assert.Equal("eth0", (await sandbox.ConnectAsync(a, new EndpointRequest(), None)).InterfaceName);
    }

    [Fact]
    public async Task A_fixed_address_and_hardware_address_are_kept_and_guarded()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net", network => network with { Subnet = IPNetwork.Parse("10.5.0.0/24"), Gateway = IPAddress.Parse("10.5.0.1"), Mtu = 1400 });
        var (one, two) = (await lab.Sandbox(), await lab.Sandbox());
        var request = new EndpointRequest { Address = IPAddress.Parse("10.5.0.77"), MacAddress = MacAddress.Parse("02:00:00:00:00:99") };
        var endpoint = await one.ConnectAsync(network, request, None);
        Assert.Equal("10.5.0.77", endpoint.Address!.ToString());
        using var routes = one.Namespace.Run(RouteSocket.Open);
        var link = routes.FindLink("eth0")!;
        Assert.Equal([2, 0, 0, 0, 0, 0x99], link.HardwareAddress);
        Assert.Equal(1400, link.Mtu);
        var taken = await Assert.ThrowsAsync<GantryException>(() => two.ConnectAsync(network, request, None));
        Assert.Equal((ErrorKind.Conflict, "Address already in use"), (taken.Kind, taken.Message));
        await one.ReleaseAsync();
        await two.ConnectAsync(network, request, None);
    }

    [Fact]
    public async Task A_connection_that_fails_leaves_nothing()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var sandbox = await lab.Container(network);
        using var routes = RouteSocket.Open();
        var before = routes.GetLinks().Count;
        using var inside = sandbox.Namespace.Run(RouteSocket.Open);
        var other = lab.Network("other", network => network with { Subnet = network.Subnet, Gateway = network.Gateway });
        await Assert.ThrowsAsync<GantryException>(() => sandbox.ConnectAsync(network, new EndpointRequest(), None));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sandbox.ConnectAsync(other, new EndpointRequest(), cancelled.Token));
        Assert.Equal(before + 1, routes.GetLinks().Count);
        Assert.Equal(2, inside.GetLinks().Count);
    }

    [Fact]
    public async Task Set_up_takes_a_few_milliseconds()
    {
        await using var lab = Laboratory.Open();
        var (plain, named) = (lab.Network("plain", network => network with { NameResolution = false }), lab.Network("named"));
        foreach (var network in (BridgeNetwork[])[plain, named])
        {
            var times = new List<double>();
            for (var round = 0; round < 60; round++)
            {
                var started = Stopwatch.GetTimestamp();
                var sandbox = await lab.Sandbox();
                await sandbox.ConnectAsync(network, new EndpointRequest { Names = ["web"] }, None);
                if (round % 2 == 0)
                {
                    await sandbox.PublishAsync([new PortRequest(PortProtocol.Tcp, IPAddress.Any, 0, 80)], "web", None);
                }

                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await sandbox.ReleaseAsync();
            }

            times.Sort();
            TestContext.Current.TestOutputHelper?.WriteLine($"{network.Name}: min {times[0]:f2} ms, median {times[30]:f2} ms, max {times[^1]:f2} ms");

            // The best, not the median: other work on the machine is not what is measured.
            Assert.InRange(times[0], 0, 10);
        }
    }
}

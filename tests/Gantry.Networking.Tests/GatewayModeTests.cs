using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

/// <summary>What the host does between a bridge and the world. "Outside" is another host whose default route is this one.</summary>
[Trait("Ring", "integration")]
public sealed class GatewayModeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(GatewayMode.Nat, "lost", "lost", true)]
    [InlineData(GatewayMode.Routed, "web", "lost", false)]
    [InlineData(GatewayMode.NatUnprotected, "web", "other", true)]
    public async Task Containers_are_reached_at_their_own_addresses_as_the_mode_says(GatewayMode mode, string published, string unpublished, bool bound)
    {
        await using var lab = Laboratory.Open();
        var (front, back) = (lab.Network("front", network => network with { Mode = mode }), lab.Network("back"));
        var (server, stranger) = (await lab.Container(front), await lab.Container(back));
        var address = $"{server.Endpoints[0].Address}";
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        using var other = Wires.ServeTcp(server.Namespace, 81, "other");
        var port = Assert.Single(await server.PublishAsync([PublishTests.Tcp(8280, 80)], "web", None));

        Assert.StartsWith(published, await Wires.AskTcp(lab.Outside, address, 80));
        Assert.StartsWith(unpublished, await Wires.AskTcp(lab.Outside, address, 81));
        Assert.Equal(bound ? 8280 : 0, port.HostPort);
        Assert.StartsWith(bound ? "web" : "refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8280));
        Assert.StartsWith(mode == GatewayMode.Routed ? "web" : "lost", await Wires.AskTcp(stranger.Namespace, address, 80));
        Assert.Equal("lost", await Wires.AskTcp(stranger.Namespace, address, 81));
        Assert.StartsWith("web", await Wires.AskTcp(null, address, 80));

        // What leaves shows its own address only where the network is routed.
        using var outside = Wires.ServeTcp(lab.Outside, 90, "outside");
        Assert.Equal($"outside {(bound ? Laboratory.HostAddress : address)}", await Wires.AskTcp(server.Namespace, Laboratory.OutsideAddress, 90));

        // The hole closes with the container; the servers' sockets would keep its namespace.
        web.Dispose();
        other.Dispose();
        await server.ReleaseAsync();
        using var heir = await Heir(lab, front, IPAddress.Parse(address));
        if (mode != GatewayMode.NatUnprotected)
        {
            Assert.Equal("lost", await Wires.AskTcp(lab.Outside, address, 80));
        }
    }

    [Fact]
    public async Task A_trusted_interface_reaches_published_ports_and_nothing_else()
    {
        await using var lab = Laboratory.Open();
        using var routes = RouteSocket.Open();
        var wire = routes.GetLinks().Single(link => link.Name.StartsWith("wire", StringComparison.Ordinal)).Name;
        var front = lab.Network("front", network => network with { TrustedInterfaces = [wire] });
        var server = await lab.Container(front);
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        using var other = Wires.ServeTcp(server.Namespace, 81, "other");
        await server.PublishAsync([PublishTests.Tcp(8281, 80)], "web", None);
        var address = $"{server.Endpoints[0].Address}";
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, address, 80));
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, address, 81));

        // Trust ends with the network: another one on a bridge of the same name has none.
        lab.Stack.RemoveNetwork(front);
        lab.Stack.EnsureNetwork(front with { TrustedInterfaces = [] });
        var next = await lab.Container(front with { TrustedInterfaces = [] });
        using var served = Wires.ServeTcp(next.Namespace, 80, "next");
        await next.PublishAsync([PublishTests.Tcp(8282, 80)], "next", None);
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, $"{next.Endpoints[0].Address}", 80));
    }

    [Fact]
    public async Task Direct_routing_opens_published_ports_to_all_but_other_networks()
    {
        await using var lab = Laboratory.Open(options => options with { AllowDirectRouting = true });
        var (server, stranger) = (await lab.Container(lab.Network("front")), await lab.Container(lab.Network("back")));
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        using var other = Wires.ServeTcp(server.Namespace, 81, "other");
        await server.PublishAsync([PublishTests.Tcp(8283, 80)], "web", None);
        var address = $"{server.Endpoints[0].Address}";
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, address, 80));
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, address, 81));
        Assert.Equal("lost", await Wires.AskTcp(stranger.Namespace, address, 80));
    }

    [Fact]
    public async Task The_host_is_not_on_an_isolated_network()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("isolated", network => network with { Internal = true, Mode = GatewayMode.Isolated, Gateway = null });
        var (server, neighbour) = (await lab.Container(network), await lab.Container(network));
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        var address = server.Endpoints[0].Address!;
        Assert.Equal(network.Subnet!.Value.BaseAddress.GetAddressBytes()[3] + 1, address.GetAddressBytes()[3]);
        Assert.Null(server.Endpoints[0].Gateway);
        Assert.StartsWith("web", await Wires.AskTcp(neighbour.Namespace, $"{address}", 80));
        using var routes = RouteSocket.Open();
        var bridge = routes.FindLink(network.BridgeName)!.Index;
        Assert.DoesNotContain(routes.GetAddresses(), each => each.Index == bridge);
        using var inside = server.Namespace.Run(RouteSocket.Open);
        Assert.Null(inside.FindDefaultGateway());
    }

    [Fact]
    public async Task A_bridge_may_go_without_its_address_and_containers_keep_their_route()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("inhibited", network => network with { WithoutAddress = true });
        var container = await lab.Container(network);
        using var routes = RouteSocket.Open();
        var bridge = routes.FindLink(network.BridgeName)!.Index;
        Assert.DoesNotContain(routes.GetAddresses(), each => each.Index == bridge);
        using var inside = container.Namespace.Run(RouteSocket.Open);
        Assert.Equal(network.Gateway, inside.FindDefaultGateway());
    }

    private static async Task<IDisposable> Heir(Laboratory lab, BridgeNetwork network, IPAddress address)
    {
        var heir = await lab.Sandbox();
        await heir.ConnectAsync(network, new EndpointRequest { Address = address }, None);
        return Wires.ServeTcp(heir.Namespace, 80, "heir");
    }
}

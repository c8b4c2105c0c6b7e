using System.Net;
using Gantry.Core;
using Gantry.Linux.Netlink;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

/// <summary>Which of several networks has the default route, and where the ports go when that changes.</summary>
[Trait("Ring", "integration")]
public sealed class WayOutTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_default_route_is_by_priority_then_of_both_families_then_by_name()
    {
        await using var lab = Laboratory.Open();
        var (a, b, c) = (lab.Network("a"), lab.Network("b", With6), lab.Network("c"));
        var container = await lab.Container(c);
        using var inside = container.Namespace.Run(RouteSocket.Open);
        Assert.Equal(c.Gateway, inside.FindDefaultGateway());
        await container.ConnectAsync(a, new EndpointRequest(), None);
        Assert.Equal(a.Gateway, inside.FindDefaultGateway());
        await container.ConnectAsync(b, new EndpointRequest(), None);
        Assert.Equal(b.Gateway, inside.FindDefaultGateway());
        await container.DisconnectAsync(c.Id, None);
        await container.ConnectAsync(c, new EndpointRequest { GatewayPriority = 1 }, None);
        Assert.Equal(c.Gateway, inside.FindDefaultGateway());
        await container.DisconnectAsync(c.Id, None);
        await container.DisconnectAsync(b.Id, None);
        Assert.Equal(a.Gateway, inside.FindDefaultGateway());
    }

    [Fact]
    public async Task A_container_of_an_internal_network_publishes_once_there_is_a_way_out()
    {
        await using var lab = Laboratory.Open();
        var (inner, outer) = (lab.Network("inner", network => network with { Internal = true }), lab.Network("outer"));
        var container = await lab.Container(inner);
        Assert.Null(container.Endpoints[0].Gateway);
        using var web = Wires.ServeTcp(container.Namespace, 80, "web");
        Assert.Empty(await container.PublishAsync([PublishTests.Tcp(8290, 80)], "web", None));
        await container.ConnectAsync(outer, new EndpointRequest(), None);
        Assert.Equal(8290, Assert.Single(container.Ports).HostPort);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8290));
        await container.DisconnectAsync(outer.Id, None);
        Assert.Empty(container.Ports);
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8290));
    }

    [Fact]
    public async Task Ports_change_with_the_way_out_and_come_back()
    {
        await using var lab = Laboratory.Open();
        var nat = lab.Network("b");
        var (routed, local) = (lab.Network("a", network => network with { Mode = GatewayMode.Routed }), lab.Network("c", network => network with { HostBinding = IPAddress.Loopback }));
        var container = await lab.Container(nat);
        using var web = Wires.ServeTcp(container.Namespace, 80, "web");
        await container.PublishAsync([new PortRequest(PortProtocol.Tcp, null, 8291, 80)], "web", None);
        await container.ConnectAsync(routed, new EndpointRequest(), None);
        Assert.Equal(0, container.Ports[0].HostPort);
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8291));
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, $"{container.Endpoints[1].Address}", 80));
        await container.DisconnectAsync(routed.Id, None);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8291));
        await container.ConnectAsync(local, new EndpointRequest { GatewayPriority = 1 }, None);
        Assert.Equal(IPAddress.Loopback, Assert.Single(container.Ports).HostAddress);
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8291));
        Assert.StartsWith("web", await Wires.AskTcp(null, "127.0.0.1", 8291));
    }

    [Fact]
    public async Task A_network_that_cannot_have_the_ports_is_not_connected_and_they_stay()
    {
        await using var lab = Laboratory.Open();
        var (local, wide) = (lab.Network("b", network => network with { HostBinding = IPAddress.Loopback }), lab.Network("a"));
        var container = await lab.Container(local);
        using var web = Wires.ServeTcp(container.Namespace, 80, "web");
        await container.PublishAsync([new PortRequest(PortProtocol.Tcp, null, 8292, 80)], "web", None);
        using var foreigner = Wires.ServeTcp(null, 8292, "foreigner", IPAddress.Parse(Laboratory.HostAddress));
        var refused = await Assert.ThrowsAsync<GantryException>(() => container.ConnectAsync(wide, new EndpointRequest(), None));
        Assert.Contains("address already in use", refused.Message, StringComparison.Ordinal);
        Assert.Equal(local.Id, Assert.Single(container.Endpoints).NetworkId);
        Assert.StartsWith("web", await Wires.AskTcp(null, "127.0.0.1", 8292));
        using var inside = container.Namespace.Run(RouteSocket.Open);
        Assert.Equal(local.Gateway, inside.FindDefaultGateway());
    }

    [Fact]
    public async Task A_container_with_IPv6_alone_is_published_on_IPv6_alone()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("six", network => With6(network) with { Subnet = null, Gateway = null });
        var (container, neighbour) = (await lab.Named(network, "web"), await lab.Container(network));
        var endpoint = container.Endpoints[0];
        Assert.Null(endpoint.Address);
        Assert.NotEqual(endpoint.MacAddress, neighbour.Endpoints[0].MacAddress);
        using var web = Wires.ServeTcp(container.Namespace, 80, "web", IPAddress.IPv6Any);
        var ports = await container.PublishAsync([new PortRequest(PortProtocol.Tcp, null, 8293, 80), PublishTests.Tcp(8294, 80)], "web", None);
        Assert.Equal(IPAddress.IPv6Any, Assert.Single(ports).HostAddress);
        Assert.StartsWith("web", await Wires.AskTcp(null, "::1", 8293));
        Assert.StartsWith("web", await Wires.AskTcp(null, $"{endpoint.Address6}", 80));
        Assert.StartsWith("web", await Wires.AskTcp(neighbour.Namespace, $"{endpoint.Address6}", 80));
        var (code, _, records) = Questions.Read(await Questions.AskUdp(neighbour.Namespace, Questions.Query("web", Questions.AAAA)));
        Assert.Equal((0, endpoint.Address6), (code, new IPAddress(Assert.Single(records))));
        Assert.Empty(await Questions.Addresses(neighbour.Namespace, "web"));
        using var inside = container.Namespace.Run(RouteSocket.Open);
        Assert.Null(inside.FindDefaultGateway());
        Assert.DoesNotContain(inside.GetAddresses(), address => address.Index != 1);
    }

    private static BridgeNetwork With6(BridgeNetwork network)
    {
        var prefix = $"fd98:{network.Id[..4]}:";
        return network with { Subnet6 = IPNetwork.Parse(prefix + ":/64"), Gateway6 = IPAddress.Parse(prefix + ":1") };
    }
}

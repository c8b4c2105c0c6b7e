using System.Net;
using Gantry.Linux.Netlink;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

[Trait("Ring", "integration")]
public sealed class IPv6Tests
{
    private const string HostAddress = "fd99::1";
    private const string OutsideAddress = "fd99::2";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Containers_of_a_network_have_addresses_names_and_each_other_and_no_other_network()
    {
        await using var lab = Laboratory.Open();
        var (front, back) = (Network(lab, "front"), Network(lab, "back"));
        var (web, neighbour, stranger) = (await lab.Named(front, "web"), await lab.Container(front), await lab.Container(back));
        var endpoint = web.Endpoints[0];
        Assert.Equal((front.Gateway6, 64), (endpoint.Gateway6, endpoint.PrefixLength6));
        Assert.True(front.Subnet6!.Value.Contains(endpoint.Address6!));
        using var server = Wires.ServeTcp(web.Namespace, 80, "web", IPAddress.IPv6Any);
        Assert.StartsWith("web", await Wires.AskTcp(neighbour.Namespace, $"{endpoint.Address6}", 80));
        Assert.StartsWith("web", await Wires.AskTcp(null, $"{endpoint.Address6}", 80));
        Assert.Equal("lost", await Wires.AskTcp(stranger.Namespace, $"{endpoint.Address6}", 80));

        var (code, _, records) = Questions.Read(await Questions.AskUdp(neighbour.Namespace, Questions.Query("web", Questions.AAAA)));
        Assert.Equal((0, endpoint.Address6), (code, new IPAddress(Assert.Single(records))));
        Assert.Equal([endpoint.Address!], await Questions.Addresses(neighbour.Namespace, "web"));
        var reverse = string.Join('.', Convert.ToHexStringLower(endpoint.Address6!.GetAddressBytes()).Reverse()) + ".ip6.arpa";
        Assert.Single(Questions.Read(await Questions.AskUdp(neighbour.Namespace, Questions.Query(reverse, Questions.PTR))).Records);
    }

    [Fact]
    public async Task A_port_of_no_address_in_particular_is_published_on_both_families_and_survives_the_daemon()
    {
        await using var lab = Laboratory.Open();
        using var wire = Wire(lab);
        var (front, back) = (Network(lab, "front"), lab.Network("back"));
        var (web, plain) = (await lab.Container(front), await lab.Container(back));
        using var server = Wires.ServeTcp(web.Namespace, 80, "web", IPAddress.IPv6Any);
        var published = await web.PublishAsync([new PortRequest(PortProtocol.Tcp, null, 0, 80)], "web", None);
        var port = published[0].HostPort;
        Assert.Equal([IPAddress.Any, IPAddress.IPv6Any], published.Select(mapping => mapping.HostAddress));
        Assert.All(published, mapping => Assert.Equal(port, mapping.HostPort));
        Assert.Equal($"web {OutsideAddress}", await Wires.AskTcp(lab.Outside, HostAddress, port));
        Assert.StartsWith("web", await Wires.AskTcp(null, HostAddress, port));
        Assert.StartsWith("web", await Wires.AskTcp(null, "::1", port));
        Assert.StartsWith("web", await Wires.AskTcp(web.Namespace, HostAddress, port));
        Assert.Equal(2, (await plain.PublishAsync([new PortRequest(PortProtocol.Tcp, null, 0, 80)], "plain", None)).Count);

        await lab.Restart();
        Assert.Equal($"web {OutsideAddress}", await Wires.AskTcp(lab.Outside, HostAddress, port));
        lab.Stack.CollectGarbage();
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, HostAddress, port));
    }

    [Fact]
    public async Task What_leaves_takes_the_hosts_address_and_nothing_comes_in_unasked()
    {
        await using var lab = Laboratory.Open();
        using var wire = Wire(lab);
        var network = Network(lab, "net");
        var web = await lab.Container(network);
        using var outside = Wires.ServeTcp(lab.Outside, 81, "outside", IPAddress.IPv6Any);
        using var server = Wires.ServeTcp(web.Namespace, 80, "web", IPAddress.IPv6Any);
        Assert.Equal($"outside {HostAddress}", await Wires.AskTcp(web.Namespace, OutsideAddress, 81));
        Assert.Equal("lost", await Wires.AskTcp(lab.Outside, $"{web.Endpoints[0].Address6}", 80));
    }

    [Fact]
    public async Task An_asked_address_is_given_and_a_taken_one_refused()
    {
        await using var lab = Laboratory.Open();
        var network = Network(lab, "net");
        var asked = IPAddress.Parse(network.Subnet6!.Value.BaseAddress.ToString() + "77");
        var (first, second) = (await lab.Sandbox(), await lab.Sandbox());
        Assert.Equal(asked, (await first.ConnectAsync(network, new EndpointRequest { Address6 = asked }, None)).Address6);
        await Assert.ThrowsAsync<Core.GantryException>(() => second.ConnectAsync(network, new EndpointRequest { Address6 = asked }, None));

        // What was taken for the refused one is free again.
        var next = new IPAddress([.. first.Endpoints[0].Address!.GetAddressBytes()[..3], 3]);
        Assert.Equal(next, (await second.ConnectAsync(network, new EndpointRequest { Address = next }, None)).Address);
    }

    private static BridgeNetwork Network(Laboratory lab, string name)
    {
        var (subnet, gateway) = lab.Stack.AllocateSubnet6([]);
        return lab.Network(name, network => network with { Subnet6 = subnet, Gateway6 = gateway });
    }

    /// <summary>IPv6 on the wire to the outside.</summary>
    private static RouteSocket Wire(Laboratory lab)
    {
        var here = RouteSocket.Open();
        here.AddAddress(new InterfaceAddress(here.GetLinks().Single(link => link.Name.StartsWith("wire", StringComparison.Ordinal)).Index, IPAddress.Parse(HostAddress), 64));
        using var there = lab.Outside.Run(RouteSocket.Open);
        there.AddAddress(new InterfaceAddress(there.FindLink("eth0")!.Index, IPAddress.Parse(OutsideAddress), 64));
        there.SetDefaultRoute(IPAddress.Parse(HostAddress));
        return here;
    }
}

using System.Net;
using System.Runtime.InteropServices;
using Gantry.Core;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;

namespace Gantry.Linux.Tests.Netlink;

[Trait("Ring", "integration")]
public sealed class RouteSocketTests
{
    [Fact]
    public void A_message_is_laid_out_as_netlink_wants()
    {
        var message = new NetlinkMessage("test", 16, 0x400).Header(new LinkHeader { Index = 7 }).Add(3, "ab");
        var nested = message.Begin(18);
        message.Add(1, (byte)5);
        message.End(nested);
        Assert.Equal(
            [
                52, 0, 0, 0, 16, 0, 5, 4, 9, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                7, 0, 3, 0, (byte)'a', (byte)'b', 0, 0,
                12, 0, 18, 0, 5, 0, 1, 0, 5, 0, 0, 0,
            ],
            message.Finish(9).ToArray());
    }

    [Fact]
    public void A_VLAN_is_asked_for_by_its_carrier_and_number() => Assert.Equal(
        [
            80, 0, 0, 0, 16, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0,                  // RTM_NEWLINK, request ack excl create
            0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,                   // ifinfomsg: up
            11, 0, 3, 0, (byte)'e', (byte)'0', (byte)'.', (byte)'3', (byte)'0', (byte)'0', 0, 0, // IFLA_IFNAME
            8, 0, 5, 0, 7, 0, 0, 0,                                           // IFLA_LINK
            28, 0, 18, 0,                                                     // IFLA_LINKINFO
            9, 0, 1, 0, (byte)'v', (byte)'l', (byte)'a', (byte)'n', 0, 0, 0, 0, // IFLA_INFO_KIND
            12, 0, 2, 0,                                                      // IFLA_INFO_DATA
            6, 0, 1, 0, 0x2c, 1, 0, 0,                                        // IFLA_VLAN_ID 300
        ],
        RouteSocket.NewVlan("e0.300", 7, 300).Finish(1).ToArray());

    [Fact]
    public void A_dummy_is_asked_for_by_its_kind() => Assert.Equal(
        [
            60, 0, 0, 0, 16, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
            9, 0, 3, 0, (byte)'d', (byte)'m', (byte)'-', (byte)'1', 0, 0, 0, 0,
            16, 0, 18, 0,
            10, 0, 1, 0, (byte)'d', (byte)'u', (byte)'m', (byte)'m', (byte)'y', 0, 0, 0,
        ],
        RouteSocket.NewDummy("dm-1").Finish(1).ToArray());

    [Theory]
    [InlineData("l2", "bridge", 0, 0)]
    [InlineData("l3", "private", 1, 1)]
    [InlineData("l3s", "vepa", 2, 2)]
    public void An_ipvlan_is_asked_for_with_mode_and_flag(string mode, string flag, byte modeNumber, byte flagNumber) => Assert.Equal(
        [
            96, 0, 0, 0, 16, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            9, 0, 3, 0, (byte)'e', (byte)'t', (byte)'h', (byte)'0', 0, 0, 0, 0,
            8, 0, 4, 0, 0xdc, 5, 0, 0,                                        // IFLA_MTU 1500
            8, 0, 5, 0, 7, 0, 0, 0,
            36, 0, 18, 0,
            11, 0, 1, 0, (byte)'i', (byte)'p', (byte)'v', (byte)'l', (byte)'a', (byte)'n', 0, 0,
            20, 0, 2, 0,
            6, 0, 1, 0, modeNumber, 0, 0, 0,
            6, 0, 2, 0, flagNumber, 0, 0, 0,
        ],
        RouteSocket.NewShared("ipvlan", "eth0", 7, mode, flag, default, 1500).Finish(1).ToArray());

    [Theory]
    [InlineData("private", 1)]
    [InlineData("vepa", 2)]
    [InlineData("bridge", 4)]
    [InlineData("passthru", 8)]
    public void A_macvlan_is_asked_for_with_mode_and_address(string mode, byte number)
    {
        var bytes = RouteSocket.NewShared("macvlan", "eth0", 7, mode, "", MacAddress.Parse("02:42:0a:00:00:02"), 1500).Finish(1).ToArray();
        Assert.Equal(
            [
                12 - 2, 0, 1, 0, 2, 0x42, 10, 0, 0, 2, 0, 0,                  // IFLA_ADDRESS
                28, 0, 18, 0,
                12, 0, 1, 0, (byte)'m', (byte)'a', (byte)'c', (byte)'v', (byte)'l', (byte)'a', (byte)'n', 0,
                12, 0, 2, 0,
                8, 0, 1, 0, number, 0, 0, 0,                                  // IFLA_MACVLAN_MODE
            ],
            bytes[^40..]);
    }

    [Fact]
    public void Headers_have_the_kernels_sizes() => Assert.Equal(
        (NetlinkHeader.Size, LinkHeader.Size, AddressHeader.Size, RouteHeader.Size, NeighborHeader.Size, NetfilterHeader.Size),
        (Marshal.SizeOf<NetlinkHeader>(), Marshal.SizeOf<LinkHeader>(), Marshal.SizeOf<AddressHeader>(),
            Marshal.SizeOf<RouteHeader>(), Marshal.SizeOf<NeighborHeader>(), Marshal.SizeOf<NetfilterHeader>()));

    [Fact]
    public void A_pair_is_made_across_namespaces_and_configured_from_both()
    {
        using var host = NetworkNamespace.Create();
        using var guest = NetworkNamespace.Create();
        using var routes = host.Run(RouteSocket.Open);
        using var inside = guest.Run(RouteSocket.Open);
        routes.CreateBridge("br", MacAddress.Parse("02:00:00:00:00:01"), 1400);
        var bridge = routes.FindLink("br")!;
        Assert.Equal(("bridge", true, 1400), (bridge.Kind, bridge.IsUp, bridge.Mtu));
        Assert.Equal([2, 0, 0, 0, 0, 1], bridge.HardwareAddress);

        routes.CreateVeth(new VethRequest
        {
            Name = "near",
            Master = bridge.Index,
            PeerName = "far",
            PeerAddress = MacAddress.Parse("02:00:00:00:00:02"),
            PeerNamespace = guest.Number,
            Mtu = 1400,
        });
        var near = routes.FindLink("near")!;
        Assert.Equal(("veth", bridge.Index, false), (near.Kind, near.Master, near.IsOperational));
        routes.SetPort(near.Index, hairpin: true, isolated: true);

        var address = new InterfaceAddress(inside.FindLink("far")!.Index, IPAddress.Parse("10.9.0.2"), 24);
        inside.ConfigureInterface(address.Index, address);
        Assert.Equal([address], inside.GetAddresses());
        inside.SetDefaultRoute(IPAddress.Parse("10.9.0.1"));
        inside.SetDefaultRoute(IPAddress.Parse("10.9.0.3"));
        Assert.Equal("10.9.0.3", inside.FindDefaultGateway()!.ToString());
        Assert.Contains(IPNetwork.Parse("10.9.0.0/24"), inside.GetRouteDestinations());
        inside.RemoveDefaultRoute();
        inside.RemoveDefaultRoute();
        Assert.Null(inside.FindDefaultGateway());

        Assert.True(routes.DeleteLink(near.Index));
        Assert.False(routes.DeleteLink(near.Index));
        Assert.Null(inside.FindLink("far"));
    }

    [Fact]
    public void A_refusal_carries_the_kernels_errno_and_later_requests_work()
    {
        using var place = NetworkNamespace.Create();
        using var routes = place.Run(RouteSocket.Open);
        Assert.Equal(Errno.ENODEV, Assert.Throws<LinuxException>(() => routes.SetUp(99)).Errno);
        routes.SetUp(1);
        Assert.True(routes.FindLink("lo")!.IsUp);
    }
}

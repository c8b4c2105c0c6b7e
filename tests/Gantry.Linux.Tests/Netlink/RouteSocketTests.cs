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
        inside.ConfigureInterface(address);
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

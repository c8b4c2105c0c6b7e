using System.Net;
using System.Net.Sockets;
using Gantry.Core;
using Gantry.Networking.Ports;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests.Ports;

[Trait("Ring", "integration")]
public sealed class PortAllocatorTests
{
    private readonly PortAllocator allocator = new();

    [Fact]
    public void A_range_gives_its_first_free_port_and_says_when_there_is_none()
    {
        var range = new PortRequest(PortProtocol.Tcp, null, 8300, 80) { LastHostPort = 8302 };
        using var foreigner = Wires.ServeTcp(null, 8301, "foreigner");
        Assert.Equal(8300, Reserve(range));
        Assert.Equal(8302, Reserve(range));
        Assert.EndsWith("endpoint web: all ports are allocated", Assert.Throws<GantryException>(() => Reserve(range)).Message, StringComparison.Ordinal);
        Assert.EndsWith("Bind for 0.0.0.0:8300 failed: port is already allocated", Assert.Throws<GantryException>(() => Reserve(range with { LastHostPort = 0 })).Message, StringComparison.Ordinal);
        Assert.EndsWith("failed to bind host port for 0.0.0.0:8301:172.17.0.2:80/tcp: address already in use", Assert.Throws<GantryException>(() => Reserve(range with { HostPort = 8301, LastHostPort = 8301 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_free_port_the_search_ends()
    {
        // The kernel's part does not matter here: a port that is held is not tried.
        for (var port = 32768; port <= 60999; port++)
        {
            _ = allocator.Restore(new PortMapping(PortProtocol.Udp, IPAddress.Parse("192.0.2.1"), port, 53));
        }

        var free = new PortRequest(PortProtocol.Udp, null, 0, 53);
        Assert.EndsWith("all ports are allocated", Assert.Throws<GantryException>(() => Reserve(free)).Message, StringComparison.Ordinal);
        allocator.Release(new PublishedPort(new PortMapping(PortProtocol.Udp, IPAddress.Parse("192.0.2.1"), 40000, 53), null));
        Assert.Equal(40000, Reserve(free));
    }

    [Fact]
    public void SCTP_is_reserved_where_the_kernel_has_it()
    {
        var request = new PortRequest(PortProtocol.Sctp, null, 8310, 80);
        try
        {
            using var probe = Linux.Sockets.SctpSocket.Open(AddressFamily.InterNetwork);
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ProtocolNotSupported, exception.SocketErrorCode);
            Assert.EndsWith("error starting userland proxy: failed to listen on 0.0.0.0:8310: protocol not supported", Assert.Throws<GantryException>(() => Reserve(request)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(8310, Reserve(request));
        Assert.Throws<GantryException>(() => Reserve(request));
    }

    private int Reserve(PortRequest request) => Assert.Single(allocator.Reserve(request, [IPAddress.Any], IPAddress.Parse("172.17.0.2"), "web")).Mapping.HostPort;
}

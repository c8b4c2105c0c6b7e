using System.Net;
using System.Net.Sockets;
using Gantry.Core;
using Gantry.Linux.Nftables;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

[Trait("Ring", "integration")]
public sealed class PublishTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public async Task A_tcp_port_is_reached_from_everywhere_by_every_address_of_the_host(string bridgeFiltering)
    {
        SetBridgeFiltering(bridgeFiltering);
        await using var lab = Laboratory.Open();
        var (front, back) = (lab.Network("front"), lab.Network("back"));
        var (server, neighbour, stranger) = (await lab.Container(front), await lab.Container(front), await lab.Container(back));
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        var published = await server.PublishAsync([Tcp(8080, 80)], "web", None);
        Assert.Equal([new PortMapping(PortProtocol.Tcp, IPAddress.Any, 8080, 80)], published);

        Assert.Equal($"web {Laboratory.OutsideAddress}", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8080));
        Assert.StartsWith("web", await Wires.AskTcp(null, Laboratory.HostAddress, 8080));
        Assert.StartsWith("web", await Wires.AskTcp(null, "127.0.0.1", 8080));
        Assert.StartsWith("web", await Wires.AskTcp(null, front.Gateway!.ToString(), 8080));
        Assert.StartsWith("web", await Wires.AskTcp(neighbour.Namespace, Laboratory.HostAddress, 8080));
        Assert.StartsWith("web", await Wires.AskTcp(neighbour.Namespace, front.Gateway.ToString(), 8080));
        Assert.StartsWith("web", await Wires.AskTcp(server.Namespace, Laboratory.HostAddress, 8080));
        Assert.StartsWith("web", await Wires.AskTcp(stranger.Namespace, Laboratory.HostAddress, 8080));

        await server.ReleaseAsync();
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8080));
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Any, 8080));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public async Task A_udp_port_is_reached_from_everywhere(string bridgeFiltering)
    {
        SetBridgeFiltering(bridgeFiltering);
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (server, neighbour) = (await lab.Container(network), await lab.Container(network));
        using var echo = Wires.ServeUdp(server.Namespace, 53, "echo");
        await server.PublishAsync([Udp(5353, 53)], "echo", None);
        Assert.Equal($"echo {Laboratory.OutsideAddress}", await Wires.AskUdp(lab.Outside, Laboratory.HostAddress, 5353));
        Assert.StartsWith("echo", await Wires.AskUdp(null, "127.0.0.1", 5353));
        Assert.StartsWith("echo", await Wires.AskUdp(null, Laboratory.HostAddress, 5353));
        Assert.StartsWith("echo", await Wires.AskUdp(neighbour.Namespace, Laboratory.HostAddress, 5353));
        Assert.StartsWith("echo", await Wires.AskUdp(server.Namespace, Laboratory.HostAddress, 5353));
    }

    [Fact]
    public async Task A_port_of_one_address_answers_there_alone()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (local, wide) = (await lab.Container(network), await lab.Container(network));
        using var first = Wires.ServeTcp(local.Namespace, 80, "local");
        using var second = Wires.ServeTcp(wide.Namespace, 80, "wide");
        await local.PublishAsync([Tcp(8081, 80) with { HostAddress = IPAddress.Loopback }], "local", None);
        Assert.StartsWith("local", await Wires.AskTcp(null, "127.0.0.1", 8081));
        Assert.Equal("refused", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8081));
        await wide.PublishAsync([Tcp(8081, 80) with { HostAddress = IPAddress.Parse(Laboratory.HostAddress) }], "wide", None);
        Assert.StartsWith("wide", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8081));
        Assert.StartsWith("local", await Wires.AskTcp(null, "127.0.0.1", 8081));
    }

    [Fact]
    public async Task The_hosts_loopback_stays_out_of_reach()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (server, neighbour) = (await lab.Container(network), await lab.Container(network));
        using var host = Wires.ServeTcp(null, 9999, "host");
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        await server.PublishAsync([Tcp(8085, 80) with { HostAddress = IPAddress.Loopback }], "web", None);
        foreach (var place in (Linux.Namespaces.NetworkNamespace[])[neighbour.Namespace, lab.Outside])
        {
            // A packet to 127.0.0.1 on the wire, as only a forger sends it.
            place.Run(() =>
            {
                File.WriteAllText("/proc/sys/net/ipv4/conf/eth0/route_localnet", "1");
                using var nftables = NftablesContext.Open();
                nftables.Run("table ip forge { chain output { type nat hook output priority -100; ip daddr 198.51.100.1 dnat to 127.0.0.1; }; }");
                nftables.Run("add rule ip forge output meta mark set 1");
            });
            Assert.NotEqual("host", (await Wires.AskTcp(place, "198.51.100.1", 9999))[..4]);
            Assert.NotEqual("web ", ((await Wires.AskTcp(place, "198.51.100.1", 8085)) + "    ")[..4]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_of_another_process_is_refused_whether_it_listens_or_not(bool listens)
    {
        await using var lab = Laboratory.Open();
        var sandbox = await lab.Container(lab.Network("net"));
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 8082));
        if (listens)
        {
            other.Listen();
        }
        else
        {
            // As a program that binds without SO_REUSEADDR.
            other.SetRawSocketOption(1, 2, [0, 0, 0, 0]);
        }

        var refused = await Assert.ThrowsAsync<GantryException>(
            () => sandbox.PublishAsync([Tcp(8083, 80), Tcp(8082, 80)], "web", None));
        Assert.Equal(
            $"failed to set up container networking: driver failed programming external connectivity on endpoint web ({sandbox.Endpoints[0].EndpointId}): "
            + $"failed to bind host port for 0.0.0.0:8082:{sandbox.Endpoints[0].Address}:80/tcp: address already in use",
            refused.Message);

        // None of the list was published.
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Any, 8083));
        free.Listen();
    }

    [Theory]
    [InlineData(ProtocolType.Tcp)]
    [InlineData(ProtocolType.Udp)]
    public async Task A_published_port_is_refused_to_other_processes_and_containers(ProtocolType protocol)
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (one, two) = (await lab.Container(network), await lab.Container(network));
        var mapping = protocol == ProtocolType.Tcp ? Tcp(8084, 80) : Udp(8084, 80);
        await one.PublishAsync([mapping], "one", None);

        // .NET sets SO_REUSEADDR, as most servers do.
        using var server = new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        var refused = Assert.Throws<SocketException>(() =>
        {
            server.Bind(new IPEndPoint(IPAddress.Any, 8084));
            server.Listen();
        });
        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
        var allocated = await Assert.ThrowsAsync<GantryException>(() => two.PublishAsync([mapping], "two", None));
        Assert.EndsWith("Bind for 0.0.0.0:8084 failed: port is already allocated", allocated.Message);
        Assert.Equal(ErrorKind.Internal, allocated.Kind);
    }

    [Fact]
    public async Task A_port_with_old_connections_of_a_dead_server_can_be_published()
    {
        await using var lab = Laboratory.Open();
        var sandbox = await lab.Container(lab.Network("net"));
        using (var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 8086));
            listener.Listen();
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, 8086, None);
            using var served = await listener.AcceptAsync(None);
            served.Shutdown(SocketShutdown.Both);
            await client.ReceiveAsync(new byte[1]);
        }

        // 06 is TIME_WAIT.
        Assert.Contains(await File.ReadAllLinesAsync("/proc/self/net/tcp", None), line => line.Contains($":{8086:X4}") && line.Contains(" 06 "));
        await sandbox.PublishAsync([Tcp(8086, 80)], "web", None);
    }

    [Fact]
    public async Task Free_ports_are_found_and_many_are_published_at_once()
    {
        await using var lab = Laboratory.Open();
        var sandbox = await lab.Container(lab.Network("net"));
        var ports = await sandbox.PublishAsync([.. Enumerable.Range(1, 500).Select(port => Tcp(0, port))], "web", None);
        Assert.Equal(500, ports.Select(port => port.HostPort).Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port.HostPort, 32768, 60999));
        using var web = Wires.ServeTcp(sandbox.Namespace, 300, "web");
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, ports[299].HostPort));
    }

    [Fact]
    public async Task Ports_follow_the_default_route_when_networks_come_and_go()
    {
        await using var lab = Laboratory.Open();
        var (a, b) = (lab.Network("a"), lab.Network("b"));
        var sandbox = await lab.Container(b);
        using var web = Wires.ServeTcp(sandbox.Namespace, 80, "web");
        await sandbox.PublishAsync([Tcp(8087, 80)], "web", None);
        await sandbox.ConnectAsync(a, new EndpointRequest(), None);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8087));
        await sandbox.DisconnectAsync(b.Id, None);
        Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8087));
        await sandbox.DisconnectAsync(a.Id, None);
        Assert.NotEqual("web", (await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, 8087))[..3]);
    }

    [Fact]
    public async Task Internal_networks_publish_nothing_and_a_host_binding_is_the_default()
    {
        await using var lab = Laboratory.Open();
        var inner = await lab.Container(lab.Network("inner", network => network with { Internal = true }));
        Assert.Empty(await inner.PublishAsync([Tcp(8088, 80)], "web", None));
        var bound = await lab.Container(lab.Network("bound", network => network with { HostBinding = IPAddress.Loopback }));
        Assert.Equal(IPAddress.Loopback, Assert.Single(await bound.PublishAsync([Tcp(8088, 80) with { HostAddress = null }], "web", None)).HostAddress);
    }

    [Fact]
    public async Task A_container_without_IPv6_is_reached_by_the_hosts_IPv6_addresses()
    {
        await using var lab = Laboratory.Open();
        var server = await lab.Container(lab.Network("net"));
        using var web = Wires.ServeTcp(server.Namespace, 80, "web");
        using var echo = Wires.ServeUdp(server.Namespace, 53, "echo");
        var published = await server.PublishAsync([Tcp(8089, 80) with { HostAddress = null }, Udp(5389, 53) with { HostAddress = null }], "web", None);
        Assert.Equal([IPAddress.Any, IPAddress.IPv6Any, IPAddress.Any, IPAddress.IPv6Any], published.Select(port => port.HostAddress));
        Assert.StartsWith("web", await Wires.AskTcp(null, "::1", 8089));
        Assert.StartsWith("web", await Wires.AskTcp(null, "127.0.0.1", 8089));
        using var client = Wires.Socket(null, ProtocolType.Udp, family: AddressFamily.InterNetworkV6);
        Assert.StartsWith("echo", await Wires.AskUdpFrom(client, "::1", 5389));
        Assert.StartsWith("echo", await Wires.AskUdpFrom(client, "::1", 5389));

        // The port goes with the container.
        await server.ReleaseAsync();
        Assert.Equal("refused", await Wires.AskTcp(null, "::1", 8089));
        var next = await lab.Container(lab.Network("next"));
        await next.PublishAsync([Tcp(8089, 80) with { HostAddress = null }], "next", None);
    }

    [Fact]
    public async Task A_client_that_keeps_its_udp_port_reaches_the_next_container()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        using var client = Wires.Socket(lab.Outside, ProtocolType.Udp, new IPEndPoint(IPAddress.Any, 7000));
        Assert.NotEqual("one", (await Wires.AskUdpFrom(client, Laboratory.HostAddress, 5354))[..3]);
        foreach (var name in (string[])["one", "two"])
        {
            var sandbox = await lab.Container(network);
            using var server = Wires.ServeUdp(sandbox.Namespace, 53, name);
            await sandbox.PublishAsync([Udp(5354, 53)], name, None);
            Assert.StartsWith(name, await Wires.AskUdpFrom(client, Laboratory.HostAddress, 5354));
            await sandbox.ReleaseAsync();
        }
    }

    [Fact]
    public async Task A_docker_engines_forward_policy_does_not_stop_our_traffic()
    {
        using var nftables = NftablesContext.Open();
        nftables.Run("""
            table ip filter {
                chain DOCKER-USER { counter return comment "users"; }
                chain FORWARD { type filter hook forward priority filter; policy drop; jump DOCKER-USER; }
            }

            """);
        try
        {
            string listed;
            await using (var lab = Laboratory.Open())
            {
                var (network, custom) = (lab.Network("net"), lab.Network("custom", network => network with { BridgeName = "bridge7" }));
                using var outside = Wires.ServeTcp(lab.Outside, 80, "outside");
                foreach (var on in (BridgeNetwork[])[network, custom])
                {
                    var sandbox = await lab.Container(on);
                    Assert.StartsWith("outside", await Wires.AskTcp(sandbox.Namespace, Laboratory.OutsideAddress, 80));
                    using var web = Wires.ServeTcp(sandbox.Namespace, 80, "web");
                    var port = Assert.Single(await sandbox.PublishAsync([Tcp(0, 80)], "web", None)).HostPort;
                    Assert.StartsWith("web", await Wires.AskTcp(lab.Outside, Laboratory.HostAddress, port));

                    // What Docker's policy is there for stays dropped by our own table.
                    Assert.Equal("lost", await Wires.AskTcp(lab.Outside, sandbox.Endpoints[0].Address!.ToString(), 80));
                }

                lab.Stack.Initialize();
                listed = nftables.Query("list chain ip filter DOCKER-USER")!;
                Assert.Equal(7, listed.Split("\"rule\"").Length - 1);
            }

            listed = nftables.Query("list chain ip filter DOCKER-USER")!;
            Assert.Contains("users", listed);
            Assert.Equal(1, listed.Split("\"rule\"").Length - 1);
        }
        finally
        {
            nftables.Run("delete table ip filter");
        }
    }

    /// <summary>br_netfilter, where it is loaded, lets the firewall see bridged frames; it may be off or on wherever Gantry runs.</summary>
    private static void SetBridgeFiltering(string value)
    {
        const string path = "/proc/sys/net/bridge/bridge-nf-call-iptables";
        if (File.Exists(path))
        {
            File.WriteAllText(path, value);
        }
    }

    internal static PortRequest Tcp(int host, int container) => new(PortProtocol.Tcp, IPAddress.Any, host, container);

    private static PortRequest Udp(int host, int container) => new(PortProtocol.Udp, IPAddress.Any, host, container);
}

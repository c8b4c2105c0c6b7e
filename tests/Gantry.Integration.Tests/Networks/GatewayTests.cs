using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

/// <summary>Networks with one family, gateway modes, and which network is a container's way out.</summary>
public sealed class GatewayTests(SharedDaemon daemon)
{
    private const string Mode = "com.docker.network.bridge.gateway_mode_ipv4";

    [Fact]
    public async Task A_network_without_IPv4_has_IPv6_alone()
    {
        var port = HostPort.Free();
        await CreateAsync("""{"Name":"only-six","EnableIPv4":false,"EnableIPv6":true}""");
        Assert.Equal("false true 1", await daemon.Either.DoAsync("network", "inspect", "-f", "{{.EnableIPv4}} {{.EnableIPv6}} {{len .IPAM.Config}}", "only-six"));
        await daemon.Either.DoAsync("run", "-d", "--name", "six-only", "--network", "only-six", "-p", port + ":80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("|0|", await daemon.InspectAsync("six-only", "{{with index .NetworkSettings.Networks \"only-six\"}}{{.IPAddress}}|{{.IPPrefixLen}}|{{.Gateway}}{{end}}"));
        Assert.Equal($"80/tcp -> [::]:{port}", await daemon.Either.DoAsync("port", "six-only"));
        Assert.Equal("a page", (await HostPort.GetAsync("[::1]", port)).Trim());
        Assert.Equal("a page", await daemon.Either.DoAsync(["run", "--rm", "--network", "only-six", "busybox", .. Fetch.Page("http://six-only/")]));
        Assert.DoesNotContain("inet ", await daemon.Either.DoAsync("exec", "six-only", "ip", "address", "show", "dev", "eth0"), StringComparison.Ordinal);
        var lines = await daemon.Either.DoAsync("exec", "six-only", "cat", "/etc/hosts");
        Assert.DoesNotContain(lines.Split('\n'), line => line.StartsWith('\t'));
        Assert.Contains(lines.Split('\n'), line => line.StartsWith("fd", StringComparison.Ordinal));
        await RemoveAsync("only-six", "six-only");
        Assert.Equal((400, "IPv4 or IPv6 must be enabled"), await daemon.RefusalAsync(HttpMethod.Post, "networks/create", """{"Name":"none-at-all","EnableIPv4":false}"""));
    }

    [Fact]
    public async Task Published_ports_of_a_routed_network_are_the_containers_own()
    {
        var port = HostPort.Free();
        await daemon.Either.DoAsync("network", "create", "-o", Mode + "=routed", "routed");
        await daemon.Either.DoAsync("run", "-d", "--name", "reached", "--network", "routed", "-p", $"0.0.0.0:{port}:80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("0.0.0.0|", await daemon.InspectAsync("reached", "{{with index (index .NetworkSettings.Ports \"80/tcp\") 0}}{{.HostIp}}|{{.HostPort}}{{end}}"));
        var (_, list) = await daemon.HttpAsync(HttpMethod.Get, "containers/json?filters={\"name\":[\"reached\"]}");
        Assert.Contains("\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,\"Type\":\"tcp\"}]", list, StringComparison.Ordinal);
        var address = await daemon.InspectAsync("reached", "{{.NetworkSettings.Networks.routed.IPAddress}}");
        await Assert.ThrowsAsync<HttpRequestException>(() => HostPort.GetAsync("127.0.0.1", port));

        // From another network, too, where a network of addresses that are translated is closed.
        Assert.Equal("a page", await daemon.Either.DoAsync(["run", "--rm", "busybox", .. Fetch.Page($"http://{address}/")]));
        Assert.Contains("1 packets received", await daemon.Either.DoAsync("run", "--rm", "busybox", "ping", "-c", "1", "-W", "2", address), StringComparison.Ordinal);
        await RemoveAsync("routed", "reached");
    }

    [Fact]
    public async Task The_host_is_not_on_an_isolated_network_which_must_be_internal()
    {
        (await daemon.Either.RunAsync("network", "create", "-o", Mode + "=isolated", "never")).Refused(1, "gateway mode 'isolated' can only be used for an internal network");
        await daemon.Either.DoAsync("network", "create", "--internal", "-o", Mode + "=isolated", "--subnet", "10.253.78.0/24", "isolated");
        Assert.Equal("10.253.78.1|", await daemon.Either.DoAsync("run", "--rm", "--network", "isolated", "busybox", "sh", "-c", "echo \"$(hostname -i)|$(ip route | grep default)\""));
        var bridge = daemon.Name + "-" + (await daemon.Either.DoAsync("network", "inspect", "-f", "{{.Id}}", "isolated"))[..(14 - daemon.Name.Length)];
        Assert.DoesNotContain("inet ", await ShellOutputAsync("ip", "address", "show", "dev", bridge), StringComparison.Ordinal);
        await daemon.Either.DoAsync("network", "rm", "isolated");
    }

    [Theory]
    [InlineData("bridge.inhibit_ipv4=true", "10.253.77.0/31")]
    [InlineData("bridge.gateway_mode_ipv4=isolated", "10.253.77.2/31")]
    public async Task Two_containers_have_a_point_to_point_network_to_themselves(string option, string subnet)
    {
        await daemon.Either.DoAsync("network", "create", "--internal", "-o", "com.docker.network." + option, "--subnet", subnet, "two");
        await daemon.Either.DoAsync("run", "-d", "--name", "one-end", "--network", "two", "busybox", "sleep", "1000");
        Assert.Contains("1 packets received", await daemon.Either.DoAsync("run", "--rm", "--network", "two", "busybox", "ping", "-c", "1", "-W", "3", "one-end"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("run", "-d", "--name", "other-end", "--network", "two", "busybox", "sleep", "1000");
        (await daemon.Either.RunAsync("run", "--rm", "--network", "two", "busybox", "true")).Refused(125, "no available IPv4 addresses on this network's address pools");
        await daemon.Either.DoAsync("rm", "-f", "other-end");
        await RemoveAsync("two", "one-end");
    }

    [Theory]
    [InlineData("fda9:8d04:86e::/64", "fda9:8d04:86e::ffff:ffff:ffff:ff0e/127")]
    [InlineData("fda9:8d04:86e::/64", "fda9:8d04:86e::ffff:ffff:ffff:fffe/127")]
    [InlineData("fda9:8d04:86e::/56", "fda9:8d04:86e:aa:ffff:ffff:ffff:fffe/127")]
    public async Task A_range_of_two_addresses_has_one_for_a_container(string subnet, string range)
    {
        await daemon.Either.DoAsync("network", "create", "--ipv6", "--subnet", subnet, "--ip-range", range, "range-of-two");
        Assert.EndsWith("f", await daemon.Either.DoAsync("run", "--rm", "--network", "range-of-two", "busybox", "sh", "-c", "ip -6 -o address show dev eth0 scope global | sed 's|/.*||'"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("network", "rm", "range-of-two");
    }

    [Fact]
    public async Task Both_families_may_be_isolated()
    {
        await daemon.Either.DoAsync("network", "create", "--internal", "--ipv6", "-o", Mode + "=isolated", "-o", "com.docker.network.bridge.gateway_mode_ipv6=isolated", "isolated-both");
        await daemon.Either.DoAsync("run", "-d", "--name", "isolated-one", "--network", "isolated-both", "busybox", "sleep", "1000");
        foreach (var family in (string[])["-4", "-6"])
        {
            Assert.Contains("1 packets received", await daemon.Either.DoAsync("run", "--rm", "--network", "isolated-both", "busybox", "ping", family, "-c", "1", "-W", "3", "isolated-one"), StringComparison.Ordinal);
        }

        await RemoveAsync("isolated-both", "isolated-one");
    }

    [Fact]
    public async Task A_container_of_an_internal_network_has_no_gateway_and_publishes_when_it_gets_one()
    {
        var port = HostPort.Free();
        await daemon.Either.DoAsync("network", "create", "--internal", "inside");
        await daemon.Either.DoAsync("network", "create", "way-out");
        await daemon.Either.DoAsync("run", "-d", "--name", "inmate", "--network", "inside", "-p", port + ":80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("|map[]", await daemon.InspectAsync("inmate", "{{.NetworkSettings.Networks.inside.Gateway}}|{{.NetworkSettings.Ports}}"));
        Assert.Equal("", await daemon.Either.DoAsync("exec", "inmate", "sh", "-c", "ip route | grep default || true"));
        await daemon.Either.DoAsync("network", "connect", "way-out", "inmate");
        Assert.Contains("0.0.0.0:" + port, await daemon.Either.DoAsync("port", "inmate"), StringComparison.Ordinal);
        await HostPort.AwaitAsync(port);
        await daemon.Either.DoAsync("network", "disconnect", "way-out", "inmate");
        Assert.Equal("", await daemon.Either.DoAsync("port", "inmate"));
        await daemon.Either.DoAsync("rm", "-f", "inmate");
        await daemon.Either.DoAsync("network", "rm", "inside", "way-out");
    }

    [Fact]
    public async Task A_stopped_container_shows_the_names_it_will_have_on_a_network_it_was_connected_to()
    {
        await daemon.Either.DoAsync("network", "create", "names-first");
        await daemon.Either.DoAsync("network", "create", "names-more");
        var id = await daemon.Either.DoAsync("create", "--name", "named", "--network", "names-first", "busybox", "true");
        await daemon.Either.DoAsync("network", "connect", "--alias", "other", "names-more", "named");
        await daemon.Either.DoAsync("network", "connect", "--alias", "again", "names-more", "named");
        Assert.Equal($"[]|[named other {id[..12]}]", await daemon.InspectAsync("named", "{{(index .NetworkSettings.Networks \"names-first\").DNSNames}}|{{(index .NetworkSettings.Networks \"names-more\").DNSNames}}"));
        (await daemon.Either.RunAsync("network", "connect", "none", "named")).Refused(1, "container cannot be connected to multiple networks with one of the networks in private (none) mode");
        await daemon.Either.DoAsync("rm", "named");
        await daemon.Either.DoAsync("network", "rm", "names-first", "names-more");
    }

    [Fact]
    public async Task A_hosts_file_that_a_container_made_huge_is_not_read_when_it_leaves_a_network()
    {
        await daemon.Either.DoAsync("network", "create", "left");
        await daemon.Either.DoAsync("run", "-d", "--name", "leaver", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("network", "connect", "left", "leaver");
        var address = await daemon.InspectAsync("leaver", "{{.NetworkSettings.Networks.left.IPAddress}}");
        Assert.Contains(address + "\t", await daemon.Either.DoAsync("exec", "leaver", "cat", "/etc/hosts"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("exec", "leaver", "sh", "-c", "yes 192.0.2.1 other | head -c 3000000 >> /etc/hosts");
        await daemon.Either.DoAsync("network", "disconnect", "left", "leaver");
        Assert.True(int.Parse(await daemon.Either.DoAsync("exec", "leaver", "sh", "-c", "wc -c < /etc/hosts"), System.Globalization.CultureInfo.InvariantCulture) > 3_000_000);
        await RemoveAsync("left", "leaver");
    }

    [Fact]
    public async Task SCTP_is_published_where_the_kernel_has_it()
    {
        var port = HostPort.Free();
        var run = await daemon.Either.RunAsync("run", "-d", "--name", "sctp", "-p", port + ":80/sctp", "busybox", "sleep", "1000");
        if (run.ExitCode != 0)
        {
            run.Refused(125, $"failed to listen on 0.0.0.0:{port}: protocol not supported");
            await daemon.Either.DoAsync("rm", "-f", "sctp");
            Assert.Skip("the kernel has no SCTP: it was refused clearly");
        }

        Assert.Contains($"80/sctp -> 0.0.0.0:{port}", await daemon.Either.DoAsync("port", "sctp"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "-f", "sctp");
    }

    private async Task CreateAsync(string json) => Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, "networks/create", json)).Status);

    private static async Task<string> ShellOutputAsync(params string[] command) => (await Shell.RunAsync("/usr/bin/env", command)).Output;

    private async Task RemoveAsync(string network, string container)
    {
        await daemon.Either.DoAsync("rm", "-f", container);
        await daemon.Either.DoAsync("network", "rm", network);
    }
}

using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

/// <summary>Networks other than a plain IPv4 bridge.</summary>
public sealed class NetworkKindTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task IPv6_reaches_containers_names_and_published_ports(Tool tool)
    {
        var client = daemon.By(tool);
        var (network, name, port) = ($"six-{tool}", $"six-web-{tool}", HostPort.Free());
        var prefix = $"fd34:{Environment.ProcessId % 0xffff:x}:{(int)tool + 1}:";
        await client.DoAsync("network", "create", "--ipv6", "--subnet", prefix + ":/64", network);
        (await client.RunAsync("network", "create", "--ipv6", "--subnet", prefix + ":/64", network + "2")).Refused(1, "Pool overlaps with other one on this address space");
        await client.DoAsync("run", "-d", "--name", name, "--network", network, "--ip6", prefix + ":55", "-p", port + ":80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal($"{prefix}:55 64 {prefix}:1", await daemon.InspectAsync(name, $"{{{{with index .NetworkSettings.Networks \"{network}\"}}}}{{{{.GlobalIPv6Address}}}} {{{{.GlobalIPv6PrefixLen}}}} {{{{.IPv6Gateway}}}}{{{{end}}}}"));
        Assert.Equal($"80/tcp -> 0.0.0.0:{port}\n80/tcp -> [::]:{port}", await client.DoAsync("port", name));
        Assert.Equal("a page", await client.DoAsync(["run", "--rm", "--network", network, "busybox", .. Fetch.Page($"http://[{prefix}:55]/")]));
        Assert.Contains($"{prefix}:55", (await client.RunAsync("run", "--rm", "--network", network, "busybox", "nslookup", "-type=aaaa", name)).Output, StringComparison.Ordinal);
        Assert.Equal("a page", (await HostPort.GetAsync("[::1]", port)).Trim());
        Assert.Equal("a page", (await HostPort.GetAsync($"[{prefix}:1]", port)).Trim());
        (await client.RunAsync("run", "--rm", "--network", network, "--ip6", "fd36::55", "busybox", "true")).Refused(125, "no configured subnet or ip-range contain the IP address fd36::55");
        await client.DoAsync("rm", "-f", name);
        await client.DoAsync("network", "rm", network);
    }

    [Fact]
    public async Task A_configuration_is_taken_from_a_network_that_is_nothing_else()
    {
        await daemon.Either.DoAsync("network", "create", "--config-only", "--label", "prune=me", "--subnet", "10.253.77.0/24", "plan");
        Assert.Equal("", await daemon.Either.DoAsync("network", "prune", "-f", "--filter", "label=prune=me"));
        await daemon.Either.DoAsync("network", "create", "--config-from", "plan", "planned");
        Assert.Equal("10.253.77.0/24 plan", await daemon.Either.DoAsync("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}} {{.ConfigFrom.Network}}", "planned"));
        (await daemon.Either.RunAsync("network", "rm", "plan")).Refused(1, "configuration network \"plan\" is in use");
        (await daemon.Either.RunAsync("run", "--rm", "--network", "plan", "busybox", "true")).Refused(125, "cannot create endpoint on configuration-only network");
        (await daemon.Either.RunAsync("network", "create", "--config-from", "absent", "never")).Refused(1, "configuration network \"absent\" does not exist");
        Assert.Equal("10.253.77.9", await daemon.Either.DoAsync("run", "--rm", "--network", "planned", "--ip", "10.253.77.9", "busybox", "hostname", "-i"));
        await daemon.Either.DoAsync("network", "rm", "planned");
        await daemon.Either.DoAsync("network", "rm", "plan");
    }

    [Theory]
    [InlineData("macvlan", "macvlan_mode=l9", "requested macvlan mode 'l9' is not valid, 'bridge' mode is the macvlan driver default")]
    [InlineData("ipvlan", "ipvlan_mode=l9", "requested ipvlan mode 'l9' is not valid, 'l2' mode is the ipvlan driver default")]
    [InlineData("macvlan", "parent=nosuch0", "invalid subinterface vlan name nosuch0, example formatting is eth0.10")]
    [InlineData("bridge", "com.docker.network.bridge.enable_icc=x", "failed to parse com.docker.network.bridge.enable_icc value: x")]
    [InlineData("bridge", "com.docker.network.bridge.gateway_mode_ipv4=x", "unknown gateway mode x")]
    public async Task Bad_driver_options_are_refused_in_Dockers_words(string driver, string option, string message) =>
        (await daemon.Either.RunAsync("network", "create", "-d", driver, "-o", option, "never")).Refused(1, message);

    [Fact]
    public async Task Links_of_the_default_bridge_are_hosts_and_variables()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "linked", "-e", "FOO=bar", "--expose", "77", "busybox", "sleep", "1000");
        var address = await daemon.InspectAsync("linked", "{{.NetworkSettings.Networks.bridge.IPAddress}}");
        var seen = await daemon.Either.DoAsync("run", "--rm", "--name", "linking", "--link", "linked:al-ias", "busybox", "sh", "-c", "cat /etc/hosts; env");
        var id = (await daemon.InspectAsync("linked", "{{.Id}}"))[..12];
        foreach (var line in new[] { $"{address}\tal-ias {id} linked", $"AL_IAS_PORT=tcp://{address}:77", $"AL_IAS_PORT_77_TCP_ADDR={address}", "AL_IAS_NAME=/linking/al-ias", "AL_IAS_ENV_FOO=bar" })
        {
            Assert.Contains(line, seen.Split('\n'));
        }

        (await daemon.Either.RunAsync("run", "--rm", "--link", "absent:x", "busybox", "true")).Refused(125, "could not get container for absent: No such container: absent");
        await daemon.Either.DoAsync("rm", "-f", "linked");
    }

    [Fact]
    public async Task An_endpoint_has_a_name_and_switches_of_its_own()
    {
        Assert.SkipWhen(Binaries.Docker is null, "no docker client on PATH");
        Assert.Equal("1", await daemon.Docker.DoAsync(
            "run", "--rm", "--network", "name=bridge,driver-opt=com.docker.network.endpoint.ifname=wan0,driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.log_martians=1",
            "busybox", "cat", "/proc/sys/net/ipv4/conf/wan0/log_martians"));
    }
}

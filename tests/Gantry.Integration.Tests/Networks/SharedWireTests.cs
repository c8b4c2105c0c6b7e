using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

/// <summary>macvlan and ipvlan: wires that are shared, made, or lead nowhere. What the kernel lacks is refused clearly, and the test says so.</summary>
public sealed class SharedWireTests(SharedDaemon daemon)
{
    private string Bridge => daemon.Name + "0";

    [Theory]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    public async Task Without_a_parent_containers_have_a_wire_of_their_own_that_leads_nowhere(string driver)
    {
        var network = "alone-" + driver;
        await CreateAsync("dummy", driver, network);
        var id = await daemon.Either.DoAsync("network", "inspect", "-f", "{{.Id}}", network);
        Assert.True(Directory.Exists($"/sys/class/net/dm-{id[..12]}"));
        await AnswersAsync(network);
        Assert.Equal("", await daemon.Either.DoAsync("run", "--rm", "--network", network, "busybox", "sh", "-c", "ip route | grep default || true"));
        await daemon.Either.DoAsync("network", "rm", network);
        Assert.False(Directory.Exists($"/sys/class/net/dm-{id[..12]}"));
    }

    [Theory]
    [InlineData("macvlan", "macvlan_mode=bridge")]
    [InlineData("ipvlan", "ipvlan_mode=l2")]
    [InlineData("ipvlan", "ipvlan_mode=l3")]
    [InlineData("ipvlan", "ipvlan_mode=l3s")]
    public async Task A_VLAN_is_made_for_the_network_and_goes_with_it(string driver, string mode)
    {
        var (network, link) = ("vlan-" + mode[^2..], Bridge + ".77");
        await CreateAsync("8021q", driver, network, "-o", "parent=" + link, "-o", mode);
        Assert.True(Directory.Exists("/sys/class/net/" + link));
        await AnswersAsync(network);
        if (mode.Contains("l3", StringComparison.Ordinal))
        {
            Assert.StartsWith("default dev eth0", await daemon.Either.DoAsync("run", "--rm", "--network", network, "busybox", "sh", "-c", "ip route | grep default || true"), StringComparison.Ordinal);
        }

        await daemon.Either.DoAsync("network", "rm", network);
        Assert.False(Directory.Exists("/sys/class/net/" + link));
    }

    [Theory]
    [InlineData("bridge")]
    [InlineData("private")]
    [InlineData("vepa")]
    public async Task Macvlan_modes_say_whether_containers_reach_each_other(string mode)
    {
        var network = "mode-" + mode;
        await daemon.Either.DoAsync("network", "create", "-d", "macvlan", "-o", "parent=" + Bridge, "-o", "macvlan_mode=" + mode, network);
        await AnswersAsync(network, reaches: mode == "bridge");
        (await daemon.Either.RunAsync("network", "create", "-d", "macvlan", "-o", "parent=" + Bridge, "-o", "macvlan_mode=passthru", "greedy")).Refused(1, "is already using parent interface " + Bridge);
        await daemon.Either.DoAsync("network", "rm", network);
    }

    [Fact]
    public async Task Macvlan_with_IPv6_alone_works_and_an_internal_one_has_no_gateway()
    {
        Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, "networks/create", $$$"""{"Name":"mac-six","Driver":"macvlan","EnableIPv4":false,"EnableIPv6":true,"Options":{"parent":"{{{Bridge}}}"}}""")).Status);
        await AnswersAsync("mac-six");
        await daemon.Either.DoAsync("network", "create", "-d", "macvlan", "--internal", "-o", "parent=" + Bridge, "--subnet", "10.253.79.0/24", "mac-inside");
        Assert.Equal("10.253.79.1|", await daemon.Either.DoAsync("run", "--rm", "--network", "mac-inside", "busybox", "sh", "-c", "echo \"$(hostname -i)|$(ip route | grep default)\""));
        await daemon.Either.DoAsync("network", "rm", "mac-six", "mac-inside");
    }

    [Theory]
    [InlineData("macvlan", "parent=nosuch9.5", "-o parent interface was not found on the host: nosuch9")]
    [InlineData("macvlan", "parent=lo.4095", "vlan id must be between 1-4094, received: 4095")]
    [InlineData("macvlan", "parent=lo.5x", "invalid subinterface vlan name lo.5x, example formatting is eth0.10")]
    [InlineData("ipvlan", "parent=lo", "loopback interface is not a valid ipvlan parent link")]
    [InlineData("ipvlan", "ipvlan_flag=x", "requested ipvlan flag 'x' is not valid, 'bridge' is the ipvlan driver default")]
    public async Task Bad_parents_are_refused_in_Dockers_words(string driver, string option, string message) =>
        (await daemon.Either.RunAsync("network", "create", "-d", driver, "-o", option, "never")).Refused(1, message);

    /// <summary>Skips where the kernel has no such interfaces, after it was said clearly and nothing stayed.</summary>
    private async Task CreateAsync(string module, string driver, string network, params string[] more)
    {
        var created = await daemon.Either.RunAsync(["network", "create", "-d", driver, .. more, network]);
        if (created.ExitCode == 0 && driver == "ipvlan" && (await daemon.Either.RunAsync("run", "--rm", "--network", network, "busybox", "true")) is { ExitCode: not 0 } refused)
        {
            await daemon.Either.DoAsync("network", "rm", network);
            refused.Refused(125, "operation not supported");
            Assert.Skip("the kernel has no ipvlan");
        }

        if (created.ExitCode != 0)
        {
            created.Refused(1, $"operation not supported (the kernel has no {module} driver)");
            Assert.Equal(404, (await daemon.HttpAsync(HttpMethod.Get, "networks/" + network)).Status);
            Assert.Skip($"the kernel has no {module}: it was refused clearly");
        }
    }

    private async Task AnswersAsync(string network, bool reaches = true)
    {
        // The default bridge is a wire that is up while it has a port.
        await daemon.Either.DoAsync("run", "-d", "--name", "carrier-of-" + network, "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("run", "-d", "--name", "on-" + network, "--network", network, "busybox", "httpd", "-f", "-h", "/www");
        var asked = await daemon.Either.RunAsync("run", "--rm", "--network", network, "busybox", "sh", "-c", $"for i in 1 2 3 4 5; do timeout 2 wget -qO- http://on-{network}/ && exit; sleep 0.2; done; exit 1");
        Assert.Equal(reaches ? "a page" : "", asked.Output.Trim());
        await daemon.Either.DoAsync("rm", "-f", "on-" + network, "carrier-of-" + network);
    }
}

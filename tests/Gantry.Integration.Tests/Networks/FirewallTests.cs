using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

/// <summary>
/// A machine in a network namespace whose firewall is as a Docker Engine leaves it (FORWARD drops, DOCKER-USER is asked first),
/// with a client outside it behind a veth pair.
/// </summary>
public sealed class FirewalledDaemon() : PrivateDaemon('d', "/run/netns/" + Machine)
{
    private static readonly string Machine = $"gifw{Environment.ProcessId % 1296:x}";

    public const string MachineAddress = "10.198.7.1";

    public static string Outside => Machine + "-out";

    public override async ValueTask InitializeAsync()
    {
        await IpAsync("netns", "add", Machine);
        await IpAsync("netns", "add", Outside);
        await IpAsync("-n", Machine, "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", Outside);
        await IpAsync("-n", Machine, "address", "add", MachineAddress + "/24", "dev", "uplink");
        await IpAsync("-n", Outside, "address", "add", "10.198.7.2/24", "dev", "eth0");
        foreach (var (where, link) in new[] { (Machine, "uplink"), (Machine, "lo"), (Outside, "eth0") })
        {
            await IpAsync("-n", where, "link", "set", link, "up");
        }

        await NftAsync("add table ip filter");
        await NftAsync("add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }");
        await NftAsync("add chain ip filter DOCKER-USER");
        await NftAsync("add rule ip filter FORWARD counter jump DOCKER-USER");
        await base.InitializeAsync();
    }

    protected override async Task OnRemovedAsync()
    {
        Assert.DoesNotContain(Name, await NftAsync("list ruleset"), StringComparison.Ordinal);
        await IpAsync("netns", "delete", Outside);
        await IpAsync("netns", "delete", Machine);
    }

    public static async Task<string> NftAsync(string command) =>
        (await Shell.RunAsync("/usr/sbin/ip", ["netns", "exec", Machine, "nft", command])).Succeeded();

    private static async Task IpAsync(params string[] arguments) => (await Shell.RunAsync("/usr/sbin/ip", arguments)).Succeeded();
}

public sealed class FirewallTests(FirewalledDaemon daemon) : IClassFixture<FirewalledDaemon>
{
    [Fact]
    public async Task Published_ports_and_outbound_traffic_pass_a_docker_engines_drop_policy()
    {
        await daemon.Gantry.DoAsync("run", "-d", "--name", "web", "-p", "8088:80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("a page", await FromOutsideAsync("8088"));
        var server = Shell.Start("/usr/sbin/ip", ["netns", "exec", FirewalledDaemon.Outside, "busybox", "httpd", "-f", "-p", "8090", "-h", "/etc"]);
        using (server)
        {
            await Eventually.SeeAsync(() => daemon.Gantry.RunAsync("exec", "web", "timeout", "3", "wget", "-qO-", "http://10.198.7.2:8090/hostname"), seen => seen.ExitCode == 0, "the container reaches the outside");
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await daemon.Gantry.DoAsync("rm", "-f", "web");
    }

    [Fact]
    public async Task A_network_made_after_dockers_chain_passes_it_too_and_survives_a_daemon_restart()
    {
        await daemon.Gantry.DoAsync("network", "create", "later");
        await daemon.Gantry.DoAsync("run", "-d", "--name", "later-web", "--network", "later", "-p", "8089:80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("a page", await FromOutsideAsync("8089"));
        Assert.Equal("a page", await daemon.Gantry.DoAsync(["run", "--rm", "--network", "later", "busybox", .. Fetch.Page("http://later-web/")]));
        await daemon.KillAndStartAsync();
        Assert.Equal("a page", await FromOutsideAsync("8089"));
        await daemon.Gantry.DoAsync("rm", "-f", "later-web");
        await daemon.Gantry.DoAsync("network", "rm", "later");
    }

    private static async Task<string> FromOutsideAsync(string port) =>
        (await Shell.RunAsync("/usr/sbin/ip", ["netns", "exec", FirewalledDaemon.Outside, "busybox", .. Fetch.Page($"http://{FirewalledDaemon.MachineAddress}:{port}/")])).Succeeded();
}

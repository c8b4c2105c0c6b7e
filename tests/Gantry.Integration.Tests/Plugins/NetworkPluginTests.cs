using System.Diagnostics;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Plugins;

/// <summary>A daemon beside a real plugin program that makes networks and gives addresses.</summary>
public sealed class WiredDaemon() : PrivateDaemon('i')
{
    private Process? plugin;

    private string Sockets => Path.Combine(Directory, "plugins");

    /// <summary>The plugin's calls, each a line of JSON.</summary>
    private string Journal => Path.Combine(Directory, "journal");

    protected override IReadOnlyList<string> MoreArguments => ["--plugin-dir", Sockets];

    public IReadOnlyList<string> Calls(string method) => [.. File.ReadLines(Journal).Where(line => line.Contains($"\"{method}\"", StringComparison.Ordinal))];

    /// <summary>The plugin's interfaces on the host.</summary>
    public IReadOnlyList<string> Interfaces => [.. System.IO.Directory.EnumerateDirectories("/sys/class/net").Select(path => Path.GetFileName(path)!).Where(name => name.StartsWith(Name + "p", StringComparison.Ordinal))];

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "no python3");
        System.IO.Directory.CreateDirectory(Sockets);
        var socket = Path.Combine(Sockets, "wire.sock");
        plugin = Shell.Start("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Plugins", "network.py"), socket, Name + "p", Journal]);
        await Eventually.EqualAsync(true, () => Task.FromResult(File.Exists(socket)));
        await base.InitializeAsync();
    }

    protected override Task OnRemovedAsync()
    {
        plugin?.Kill();
        plugin?.Dispose();
        System.IO.Directory.Delete(Sockets, recursive: true);
        File.Delete(Journal);
        return Task.CompletedTask;
    }
}

public sealed class NetworkPluginTests(WiredDaemon daemon) : IClassFixture<WiredDaemon>
{
    [Fact]
    public async Task Containers_of_a_plugins_network_meet_with_the_plugins_addresses_over_a_daemons_death()
    {
        await daemon.Either.DoAsync("network", "create", "-d", "wire", "--ipam-driver", "wire", "-o", "a=b", "wired");
        Assert.Equal("wire wire 10.231.77.0/24 10.231.77.1", (await daemon.Either.DoAsync("network", "inspect", "-f", "{{.Driver}} {{.IPAM.Driver}} {{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}", "wired")).Trim());
        Assert.Contains("wire", await daemon.Either.DoAsync("info", "-f", "{{.Plugins.Network}}"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("run", "-d", "--name", "web", "--network", "wired", "-p", "8080:80", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("10.231.77.2 10.231.77.1", await daemon.InspectAsync("web", "{{.NetworkSettings.Networks.wired.IPAddress}} {{.NetworkSettings.Networks.wired.Gateway}}"));
        Assert.Equal("a page", await daemon.Either.DoAsync("run", "--rm", "--network", "wired", "busybox", "wget", "-qO-", "http://web/"));
        Assert.Contains("\"HostPort\": 8080", Assert.Single(daemon.Calls("NetworkDriver.ProgramExternalConnectivity"), line => line.Contains("8080", StringComparison.Ordinal)), StringComparison.Ordinal);

        var routes = await daemon.Either.DoAsync("exec", "web", "ip", "route");
        Assert.Contains("default via 10.231.77.1 dev plug0", routes, StringComparison.Ordinal);
        Assert.Contains("198.51.100.0/24 via 10.231.77.1 dev plug0", routes, StringComparison.Ordinal);
        Assert.Contains("203.0.113.0/24 dev plug0", routes, StringComparison.Ordinal);
        Assert.Contains("02:aa:00:", await daemon.Either.DoAsync("exec", "web", "cat", "/sys/class/net/plug0/address"), StringComparison.Ordinal);

        await daemon.KillAndStartAsync();
        Assert.Equal("a page", await daemon.Either.DoAsync("run", "--rm", "--network", "wired", "busybox", "wget", "-qO-", "http://web/"));
        (await daemon.Either.RunAsync("network", "rm", "wired")).Refused(1, "active endpoints");
        await daemon.Either.DoAsync("network", "disconnect", "wired", "web");
        Assert.DoesNotContain("plug0", await daemon.Either.DoAsync("exec", "web", "ip", "link"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("network", "connect", "wired", "web");
        Assert.Contains("plug0", await daemon.Either.DoAsync("exec", "web", "ip", "link"), StringComparison.Ordinal);

        // It ends while nobody looks, and its plugin hears of it all the same.
        var pid = await daemon.InspectAsync("web", "{{.State.Pid}}");
        await daemon.KillAsync();
        (await Shell.RunAsync("/bin/kill", ["-KILL", pid])).Succeeded();
        await daemon.StartAsync();
        await daemon.Either.DoAsync("rm", "-f", "web");
        var network = await daemon.Either.DoAsync("network", "inspect", "-f", "{{.Id}}", "wired");
        await daemon.Either.DoAsync("network", "rm", "wired");
        Assert.Empty(daemon.Interfaces);
        Assert.Equal(4, Endpoints("CreateEndpoint"));
        Assert.Equal(4, Endpoints("DeleteEndpoint"));
        int Endpoints(string call) => daemon.Calls("NetworkDriver." + call).Count(line => line.Contains(network, StringComparison.Ordinal));
        Assert.Equal(daemon.Calls("IpamDriver.RequestAddress").Count, daemon.Calls("IpamDriver.ReleaseAddress").Count);
        Assert.NotEmpty(daemon.Calls("IpamDriver.ReleasePool"));
    }

    [Theory]
    [InlineData("endpoint", "failed to set up container networking: failed to create endpoint unlucky on network failing: remote: no more endpoints")]
    [InlineData("join", "failed to set up container networking: remote: no more joins")]
    public async Task A_plugin_that_refuses_an_endpoint_leaves_nothing(string at, string words)
    {
        await daemon.Either.DoAsync("network", "create", "-d", "wire", "-o", "fail=" + at, "failing");
        (await daemon.Either.RunAsync("run", "--name", "unlucky", "--network", "failing", "busybox", "true")).Refused(125, words);
        Assert.Single(daemon.Interfaces);
        await daemon.Either.DoAsync("rm", "unlucky");
        await daemon.Either.DoAsync("network", "rm", "failing");
        Assert.Empty(daemon.Interfaces);
    }

    [Fact]
    public async Task Refused_networks_and_missing_plugins_are_told_as_Docker_tells_them()
    {
        (await daemon.Either.RunAsync("network", "create", "-d", "wire", "-o", "fail=network", "never")).Refused(1, "remote: no more networks");
        (await daemon.Either.RunAsync("network", "create", "-d", "wire", "--ipam-driver", "wire", "--ipam-opt", "fail=yes", "never")).Refused(1, "remote: no more pools");
        (await daemon.Either.RunAsync("network", "create", "-d", "wire", "--ipam-driver", "wire", "-o", "fail=network", "never")).Refused(1, "remote: no more networks");
        (await daemon.Either.RunAsync("network", "create", "-d", "absent", "never")).Refused(1, "plugin \"absent\" not found");
        (await daemon.Either.RunAsync("network", "create", "--ipam-driver", "absent", "never")).Refused(1, "plugin \"absent\" not found");
        (await daemon.Either.RunAsync("network", "create", "--ipam-driver", "null", "never")).Refused(1, "ipv4 pool is empty");
        Assert.DoesNotContain("never", await daemon.Either.DoAsync("network", "ls"), StringComparison.Ordinal);
        Assert.Equal(daemon.Calls("IpamDriver.RequestPool").Count(line => !line.Contains("fail", StringComparison.Ordinal)), daemon.Calls("IpamDriver.ReleasePool").Count);
    }

    [Fact]
    public async Task A_bridge_takes_its_addresses_from_a_plugin()
    {
        await daemon.Either.DoAsync("network", "create", "--ipam-driver", "wire", "--subnet", "10.231.78.0/24", "addressed");
        Assert.Equal("10.231.78.2", await daemon.Either.DoAsync("run", "--rm", "--network", "addressed", "busybox", "hostname", "-i"));
        await daemon.Either.DoAsync("network", "rm", "addressed");
    }
}

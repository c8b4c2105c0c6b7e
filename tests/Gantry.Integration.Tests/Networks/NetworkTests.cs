using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

public sealed class NetworkTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Containers_of_a_network_find_each_other_by_name_and_alias(Tool tool)
    {
        var client = daemon.By(tool);
        var (network, name) = ($"named-{tool}", $"server-{tool}");
        await client.DoAsync("network", "create", network);
        await client.DoAsync("run", "-d", "--name", name, "--network", network, "--network-alias", "service", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("a page\na page", await client.DoAsync(["run", "--rm", "--network", network, "busybox", .. Fetch.Page($"http://{name}/ http://service/")]));
        Assert.NotEqual(0, (await client.RunAsync("run", "--rm", "busybox", "sh", "-c", $"timeout 2 wget -qO- http://{name}/ || exit 1")).ExitCode);
        (await client.RunAsync("network", "rm", network)).Refused(1, "has active endpoints");

        await client.DoAsync("run", "-d", "--name", $"late-{tool}", "busybox", "sleep", "1000");
        await client.DoAsync("network", "connect", "--alias", "guest", network, $"late-{tool}");
        Assert.Equal("a page", await client.DoAsync("exec", $"late-{tool}", "wget", "-qO-", $"http://{name}/"));
        Assert.Contains("guest", (await client.RunAsync("exec", name, "nslookup", "guest")).Output, StringComparison.Ordinal);
        await client.DoAsync("network", "disconnect", network, $"late-{tool}");
        Assert.NotEqual(0, (await client.RunAsync("exec", $"late-{tool}", "sh", "-c", $"timeout 2 wget -qO- http://{name}/ || exit 1")).ExitCode);

        await client.DoAsync("rm", "-f", name, $"late-{tool}");
        await client.DoAsync("network", "rm", network);
        (await client.RunAsync("network", "inspect", network)).Refused(1, $"network {network} not found");
    }

    [Fact]
    public async Task Networks_are_kept_apart_and_internal_ones_have_no_way_out()
    {
        await daemon.Either.DoAsync("network", "create", "apart-a");
        await daemon.Either.DoAsync("network", "create", "--internal", "apart-b");
        await daemon.Either.DoAsync("run", "-d", "--name", "apart-server", "--network", "apart-a", "busybox", "httpd", "-f", "-h", "/www");
        var address = await daemon.InspectAsync("apart-server", "{{(index .NetworkSettings.Networks \"apart-a\").IPAddress}}");
        Assert.Equal("a page", await daemon.Either.DoAsync(["run", "--rm", "--network", "apart-a", "busybox", .. Fetch.Page($"http://{address}/")]));
        Assert.NotEqual(0, (await daemon.Either.RunAsync("run", "--rm", "busybox", "sh", "-c", $"timeout 2 wget -qO- http://{address}/ || exit 1")).ExitCode);
        Assert.NotEqual(0, (await daemon.Either.RunAsync("run", "--rm", "--network", "apart-b", "busybox", "sh", "-c", $"timeout 2 wget -qO- http://{address}/ || exit 1")).ExitCode);
        await daemon.Either.DoAsync("rm", "-f", "apart-server");
        await daemon.Either.DoAsync("network", "rm", "apart-a", "apart-b");
    }

    [Fact]
    public async Task Host_none_and_container_modes_are_what_they_say()
    {
        Assert.Equal("lo", await daemon.Either.DoAsync("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net"));
        Assert.Contains(daemon.Name + "0", await daemon.Either.DoAsync("run", "--rm", "--network", "host", "busybox", "ls", "/sys/class/net"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("run", "-d", "--name", "owner", "busybox", "httpd", "-f", "-h", "/www");
        Assert.Equal("a page", await daemon.Either.DoAsync(["run", "--rm", "--network", "container:owner", "busybox", .. Fetch.Page("http://127.0.0.1/")]));
        var (address, id) = (await daemon.InspectAsync("owner", "{{.NetworkSettings.IPAddress}}"), await daemon.InspectAsync("owner", "{{.Config.Hostname}}"));
        Assert.Equal(address, await daemon.Either.DoAsync("run", "--rm", "--network", "container:owner", "busybox", "hostname", "-i"));
        Assert.Equal(id, await daemon.Either.DoAsync("run", "--rm", "--network", "container:owner", "busybox", "hostname"));
        await daemon.Either.DoAsync("rm", "-f", "owner");
    }

    [Fact]
    public async Task An_address_and_a_subnet_can_be_chosen_and_are_refused_when_taken()
    {
        await daemon.Either.DoAsync("network", "create", "--subnet", "10.199.77.0/24", "--gateway", "10.199.77.9", "chosen");
        await daemon.Either.DoAsync("run", "-d", "--name", "fixed", "--network", "chosen", "--ip", "10.199.77.50", "busybox", "sleep", "1000");
        Assert.Equal("10.199.77.50", await daemon.InspectAsync("fixed", "{{(index .NetworkSettings.Networks \"chosen\").IPAddress}}"));
        (await daemon.Either.RunAsync("run", "--rm", "--network", "chosen", "--ip", "10.199.77.50", "busybox", "true")).Refused(125, "Address already in use");
        (await daemon.Either.RunAsync("network", "create", "--subnet", "10.199.77.0/25", "overlapping")).Refused(1, "Pool overlaps with other one on this address space");
        await daemon.Either.DoAsync("rm", "-f", "fixed");
        await daemon.Either.DoAsync("network", "rm", "chosen");
    }

    [Fact]
    public async Task The_list_has_a_path_with_a_slash_at_its_end_too()
    {
        var (status, list) = await daemon.HttpAsync(HttpMethod.Get, "v1.51/networks/?filters={\"name\":[\"none\"]}");
        Assert.Equal(200, status);
        Assert.Contains("\"Name\":\"none\"", list, StringComparison.Ordinal);
        Assert.Equal(404, (await daemon.HttpAsync(HttpMethod.Get, "networks/none/")).Status);
    }
}

using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

/// <summary>Links on the default bridge: names that a container has from another one.</summary>
public sealed class LinkTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_link_is_a_name_that_follows_both_containers_and_goes_by_itself()
    {
        var id = await daemon.Either.DoAsync("run", "-d", "--name", "link-db", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("run", "-d", "--name", "link-web", "--link", "link-db", "--link", "link-db:/mysql", "busybox", "sleep", "1000");
        Assert.Equal("[/link-db:/link-web/link-db /link-db:/link-web/mysql]", await LinksAsync("link-web"));
        Assert.Equal("[/link-db /link-web/link-db /link-web/mysql]", await NamesAsync("link-db"));
        Assert.Equal(id, await daemon.InspectAsync("link-web/mysql", "{{.Id}}"));

        await daemon.Either.DoAsync("rename", "link-db", "link-db2");
        await daemon.Either.DoAsync("rename", "link-web", "link-web2");
        Assert.Equal("[/link-db2:/link-web2/link-db /link-db2:/link-web2/mysql]", await LinksAsync("link-web2"));
        Assert.Equal(id, await daemon.InspectAsync("link-web2/mysql", "{{.Id}}"));
        await daemon.Either.DoAsync("restart", "-t", "0", "link-web2");
        Assert.Contains("mysql", await daemon.Either.DoAsync("exec", "link-web2", "cat", "/etc/hosts"), StringComparison.Ordinal);

        await daemon.Either.DoAsync("rm", "--link", "link-web2/mysql");
        Assert.Equal("[/link-db2:/link-web2/link-db]", await LinksAsync("link-web2"));
        Assert.Equal((404, "No such container: link-web2/mysql"), await daemon.RefusalAsync(HttpMethod.Delete, "containers/link-web2/mysql?link=1"));
        Assert.Equal((500, "Conflict, cannot remove the default link name of the container"), await daemon.RefusalAsync(HttpMethod.Delete, "containers/link-web2?link=1"));
        await daemon.Either.DoAsync("rm", "-f", "link-db2");
        (await daemon.Either.RunAsync("restart", "-t", "0", "link-web2")).Refused(1, "Cannot restart container link-web2: Cannot link to a non running container: /link-db2 AS /link-web2/link-db");
        await daemon.Either.DoAsync("rm", "-f", "link-web2");
    }

    [Fact]
    public async Task Links_on_another_network_are_the_name_servers()
    {
        await daemon.Either.DoAsync("network", "create", "links");
        await daemon.Either.DoAsync("create", "--network", "links", "--name", "net-db", "busybox");
        await daemon.Either.DoAsync("create", "--network", "links", "--name", "net-web", "--link", "net-db:db", "busybox");
        Assert.Equal("[]", await LinksAsync("net-web"));
        Assert.Equal("[/net-db]", await NamesAsync("net-db"));
        await daemon.Either.DoAsync("rm", "net-web", "net-db");
        await daemon.Either.DoAsync("network", "rm", "links");
    }

    private Task<string> LinksAsync(string container) => daemon.InspectAsync(container, "{{.HostConfig.Links}}");

    private async Task<string> NamesAsync(string container)
    {
        var (_, body) = await daemon.HttpAsync(HttpMethod.Get, $$"""containers/json?all=1&filters={"name":["^{{container}}$"]}""");
        using var rows = System.Text.Json.JsonDocument.Parse(body);
        return $"[{string.Join(' ', rows.RootElement[0].GetProperty("Names").EnumerateArray().Select(name => name.GetString()))}]";
    }
}

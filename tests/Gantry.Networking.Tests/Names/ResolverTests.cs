using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests.Names;

[Trait("Ring", "integration")]
public sealed class ResolverTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Containers_find_each_other_by_name_alias_and_network_in_any_case()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("MyNet");
        var (web, client) = (await lab.Named(network, "web", "www", "api.example.com"), await lab.Named(network, "client"));
        foreach (var name in (string[])["web", "WWW", "web.mynet", "Web.MYNET", "api.example.com", "api.example.com.mynet"])
        {
            Assert.Equal([web.Endpoints[0].Address!], await Questions.Addresses(client.Namespace, name));
        }

        Assert.Equal([web.Endpoints[0].Address], Questions.Read(await Questions.AskTcp(client.Namespace, Questions.Query("web", Questions.A))).Records.Select(record => new IPAddress(record)));
        var (code, _, records) = Questions.Read(await Questions.AskUdp(client.Namespace, Questions.Query("web", Questions.AAAA)));
        Assert.Equal((0, 0), (code, records.Count));

        var reverse = string.Join('.', web.Endpoints[0].Address!.GetAddressBytes().Reverse()) + ".in-addr.arpa";
        var pointer = Assert.Single(Questions.Read(await Questions.AskUdp(client.Namespace, Questions.Query(reverse, Questions.PTR))).Records);
        Assert.Equal("\u0003web\u0005MyNet\0", Encoding.ASCII.GetString(pointer));

        web.Rename(network.Id, ["shop"]);
        Assert.Equal([web.Endpoints[0].Address!], await Questions.Addresses(client.Namespace, "shop"));
        Assert.Equal(["shop"], web.Endpoints[0].Names);
    }

    [Fact]
    public async Task Programs_resolve_through_it_even_beside_a_name_server_of_the_containers_own()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (web, client) = (await lab.Named(network, "web"), await lab.Named(network, "client"));
        using var own = Wires.ServeUdp(client.Namespace, 53, "own");
        using var lookup = Process.Start(new ProcessStartInfo(
            "nsenter", [$"--net={client.NamespacePath}", "busybox", "nslookup", "web", "127.0.0.11"]) { RedirectStandardOutput = true })!;
        var output = await lookup.StandardOutput.ReadToEndAsync(None);
        await lookup.WaitForExitAsync(None);
        Assert.Contains(web.Endpoints[0].Address!.ToString(), output);
    }

    [Fact]
    public async Task Scaled_services_take_turns_and_names_end_with_their_container()
    {
        await using var lab = Laboratory.Open();
        var network = lab.Network("net");
        var (one, two, client) = (await lab.Named(network, "svc", "one"), await lab.Named(network, "svc", "two"), await lab.Named(network));
        var firsts = new HashSet<IPAddress>();
        for (var round = 0; round < 4; round++)
        {
            var addresses = await Questions.Addresses(client.Namespace, "svc");
            Assert.Equal(2, addresses.Count);
            firsts.Add(addresses[0]);
        }

        Assert.Equal(2, firsts.Count);
        await one.ReleaseAsync();
        Assert.Equal([two.Endpoints[0].Address!], await Questions.Addresses(client.Namespace, "svc"));
    }

    [Fact]
    public async Task Names_of_other_networks_are_unknown_and_links_are_for_one_container()
    {
        using var upstream = new Upstream("127.0.0.153", query => Upstream.Answer(query, 3));
        await using var lab = Laboratory.Open(IPAddress.Parse("127.0.0.153"));
        var (a, b) = (lab.Network("a"), lab.Network("b"));
        var (web, client, stranger) = (await lab.Named(a, "web"), await lab.Sandbox(), await lab.Named(b, "stranger"));
        await client.ConnectAsync(a, new EndpointRequest { Links = new Dictionary<string, string> { ["db"] = "web" } }, None);
        Assert.Equal([web.Endpoints[0].Address!], await Questions.Addresses(client.Namespace, "DB"));
        Assert.Equal(3, Questions.Read(await Questions.AskUdp(web.Namespace, Questions.Query("db", Questions.A))).Code);
        Assert.Equal(3, Questions.Read(await Questions.AskUdp(stranger.Namespace, Questions.Query("web", Questions.A))).Code);
        await stranger.ConnectAsync(a, new EndpointRequest(), None);
        Assert.Equal([web.Endpoints[0].Address!], await Questions.Addresses(stranger.Namespace, "web"));
    }

    [Fact]
    public async Task Other_names_go_upstream_past_dead_and_failing_servers_by_the_clients_transport()
    {
        var many = Enumerable.Range(1, 60).Select(octet => (byte)octet).ToArray();
        using var failing = new Upstream("127.0.0.154", query => Upstream.Answer(query, 2));
        using var silent = new Upstream("127.0.0.155", _ => []);
        using var good = new Upstream("127.0.0.156", query => query.AsSpan(12).IndexOf("big"u8) >= 0
            ? (query[11] == 1 || query.Length > 4000 ? Upstream.Answer(query, 0, many) : Truncate(Upstream.Answer(query, 0)))
            : Upstream.Answer(query, 0, 7));
        await using var lab = Laboratory.Open([.. ((string[])["127.0.0.153", "127.0.0.154", "127.0.0.155", "127.0.0.156"]).Select(IPAddress.Parse)]);
        var client = await lab.Named(lab.Network("net"), "client");
        Assert.Equal([IPAddress.Parse("203.0.113.7")], await Questions.Addresses(client.Namespace, "www.example.com"));
        Assert.Equal((1, 1, 1), (failing.Asked, silent.Asked, good.Asked));
        Assert.True(Questions.Read(await Questions.AskUdp(client.Namespace, Questions.Query("big.example.com", Questions.A))).Truncated);
    }

    [Fact]
    public async Task A_large_answer_comes_whole_by_tcp_or_by_a_larger_payload_size()
    {
        var many = Enumerable.Range(1, 60).Select(octet => (byte)octet).ToArray();
        using var upstream = new Upstream("127.0.0.156", query => Upstream.Answer(query, 0, many));
        await using var lab = Laboratory.Open(IPAddress.Parse("127.0.0.156"));
        var client = await lab.Named(lab.Network("net"), "client");
        Assert.Equal(60, Questions.Read(await Questions.AskTcp(client.Namespace, Questions.Query("big.example.com", Questions.A))).Records.Count);
    }

    [Fact]
    public async Task Without_an_upstream_or_a_way_out_the_answer_is_a_failure_at_once()
    {
        using var upstream = new Upstream("127.0.0.157", query => Upstream.Answer(query, 0, 7));
        await using var lab = Laboratory.Open(IPAddress.Parse("127.0.0.157"));
        var inner = await lab.Named(lab.Network("inner", network => network with { Internal = true }), "inner");
        Assert.Equal(2, Questions.Read(await Questions.AskUdp(inner.Namespace, Questions.Query("example.com", Questions.A), 1)).Code);
        Assert.Equal(0, upstream.Asked);
        Assert.Equal([inner.Endpoints[0].Address!], await Questions.Addresses(inner.Namespace, "inner"));
    }

    [Fact]
    public async Task A_sandbox_may_name_its_own_upstream_and_the_default_bridge_has_no_resolver()
    {
        using var upstream = new Upstream("127.0.0.158", query => Upstream.Answer(query, 0, 8));
        await using var lab = Laboratory.Open();
        var sandbox = await lab.Stack.CreateSandboxAsync(new SandboxOptions { Owner = Core.ContainerId.New(), Dns = [IPAddress.Parse("127.0.0.158")] }, None);
        await sandbox.ConnectAsync(lab.Network("net"), new EndpointRequest(), None);
        Assert.Equal([IPAddress.Parse("203.0.113.8")], await Questions.Addresses(sandbox.Namespace, "example.com"));
        await sandbox.ReleaseAsync();
        var plain = await lab.Named(lab.Network("bridge", network => network with { NameResolution = false }), "web");
        await Assert.ThrowsAsync<SocketException>(() => Questions.AskUdp(plain.Namespace, Questions.Query("web", Questions.A)));
    }

    private static byte[] Truncate(byte[] answer)
    {
        answer[2] |= 2;
        return answer;
    }
}

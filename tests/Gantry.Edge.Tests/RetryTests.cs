using System.Net;
using Gantry.Edge.Tests.Servers;

namespace Gantry.Edge.Tests;

public sealed class RetryTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task What_was_refused_goes_elsewhere_whatever_the_method(string method)
    {
        await using var gone = await AppServer.StartAsync("gone");
        await gone.StopAsync();
        await using var app = await AppServer.StartAsync("a", context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var edge = await Servers.Edge.StartAsync([gone.Address, app.Address]);
        for (var i = 0; i < 4; i++)
        {
            var content = method == "POST" ? new ByteArrayContent(new byte[100_000]) : null;
            var response = await edge.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/") { Content = content });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(method == "POST" ? 100_000 : 0, (await response.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    [Fact]
    public async Task A_get_that_was_cut_off_goes_elsewhere()
    {
        using var rude = new RudeServer();
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync([rude.Address, app.Address]);
        Assert.Equal("a", await edge.Client.GetStringAsync("/"));
        Assert.Equal("a", await edge.Client.GetStringAsync("/"));
        Assert.True(rude.Requests > 0);
    }

    [Fact]
    public async Task A_post_that_was_cut_off_is_not_repeated()
    {
        using var rude = new RudeServer();
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync([rude.Address, app.Address]);
        var response = await edge.Client.PostAsync("/", new StringContent("pay"));
        Assert.Equal((HttpStatusCode.BadGateway, 1, 0), (response.StatusCode, rude.Requests, app.Requests));
    }

    [Fact]
    public async Task A_post_with_an_idempotency_key_is_repeated_whole()
    {
        using var rude = new RudeServer();
        await using var app = await AppServer.StartAsync("a", context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var edge = await Servers.Edge.StartAsync([rude.Address, app.Address]);
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("pay once") };
        request.Headers.Add("Idempotency-Key", "k1");
        Assert.Equal("pay once", await (await edge.Client.SendAsync(request)).Content.ReadAsStringAsync());
        Assert.Equal(1, rude.Requests);
    }

    [Fact]
    public async Task A_server_that_fails_again_and_again_is_left_alone()
    {
        using var rude = new RudeServer();
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync([rude.Address, app.Address], "\"passive\": { \"failures\": 3, \"ejectFor\": \"30s\" }, ");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("a", await edge.Client.GetStringAsync("/"));
        }

        await edge.WaitForAsync(1, "ejected");
        Assert.Equal(3, rude.Requests);
    }
}

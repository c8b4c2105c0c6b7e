using System.Net;
using Gantry.Edge.Tests.Servers;

namespace Gantry.Edge.Tests;

public sealed class BalancingTests
{
    private const string QuickHealth = "\"health\": { \"interval\": \"50ms\", \"timeout\": \"1s\" }, ";

    [Fact]
    public async Task Ten_requests_over_two_servers_are_five_each_in_turn()
    {
        await using var a = await AppServer.StartAsync("a");
        await using var b = await AppServer.StartAsync("b");
        await using var edge = await Servers.Edge.StartAsync([a.Address, b.Address], QuickHealth);
        await edge.WaitForAsync(2, "healthy");
        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await edge.Client.GetStringAsync("/"));
        }

        Assert.Equal(5, answers.Count(answer => answer == "a"));
        Assert.All(answers.Zip(answers.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public async Task Ten_requests_at_once_are_five_each_as_well()
    {
        await using var a = await AppServer.StartAsync("a");
        await using var b = await AppServer.StartAsync("b");
        await using var edge = await Servers.Edge.StartAsync([a.Address, b.Address], QuickHealth);
        await edge.WaitForAsync(2, "healthy");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => edge.Client.GetStringAsync("/")));
        Assert.Equal(5, answers.Count(answer => answer == "a"));
    }

    [Theory]
    [InlineData("least-requests")]
    [InlineData("power-of-two")]
    public async Task A_busy_server_is_spared(string policy)
    {
        var release = new TaskCompletionSource();
        await using var slow = await AppServer.StartAsync("slow", async context =>
        {
            await release.Task;
            context.Response.StatusCode = 204;
        });
        await using var quick = await AppServer.StartAsync("quick");
        await using var edge = await Servers.Edge.StartAsync([slow.Address, quick.Address], $"\"balance\": \"{policy}\", ");
        List<Task> held = [];
        while (slow.Requests == 0)
        {
            held.Add(edge.Client.GetAsync("/"));
            await Task.Delay(20);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("quick", await edge.Client.GetStringAsync("/"));
        }

        release.SetResult();
        await Task.WhenAll(held);
    }

    [Fact]
    public async Task There_is_no_traffic_before_the_first_good_health_answer()
    {
        await using var a = await AppServer.StartAsync("a");
        using var rude = new RudeServer();
        await using var edge = await Servers.Edge.StartAsync([a.Address, rude.Address], QuickHealth);
        await edge.WaitForAsync(1, "healthy");
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("a", await edge.Client.GetStringAsync("/"));
        }

        await edge.WaitForAsync(1, "unknown");
    }

    [Fact]
    public async Task Without_any_server_the_answer_is_503_and_with_patience_it_waits_for_one()
    {
        await using var app = await AppServer.StartAsync("a");
        await app.StopAsync();
        await using (var hasty = await Servers.Edge.StartAsync([app.Address], QuickHealth + "\"retry\": { \"patience\": \"0s\" }, "))
        {
            var refused = await hasty.Client.GetAsync("/");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await using var patient = await Servers.Edge.StartAsync([app.Address], QuickHealth + "\"retry\": { \"patience\": \"10s\" }, ");
        var waiting = patient.Client.PostAsync("/", new StringContent("body"));
        await Task.Delay(200);
        Assert.False(waiting.IsCompleted);
        await app.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
    }

    [Fact]
    public async Task A_drained_server_finishes_what_it_has_and_gets_nothing_new()
    {
        var release = new TaskCompletionSource();
        await using var a = await AppServer.StartAsync("a", async context =>
        {
            if (context.Request.Path == "/long")
            {
                await release.Task;
            }
        });
        await using var b = await AppServer.StartAsync("b");
        await using var edge = await Servers.Edge.StartAsync([a.Address, b.Address]);
        List<Task<HttpResponseMessage>> running = [edge.Client.GetAsync("/long"), edge.Client.GetAsync("/long")];
        while (a.Requests == 0)
        {
            await Task.Delay(10);
        }

        Assert.Equal(HttpStatusCode.OK, (await edge.AdminAsync(HttpMethod.Post, $"/drain?cluster=app&destination={a.Address}")).StatusCode);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("b", await edge.Client.GetStringAsync("/"));
        }

        await edge.WaitForAsync(1, "draining");
        release.SetResult();
        Assert.All(await Task.WhenAll(running), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        await edge.AdminAsync(HttpMethod.Post, $"/undrain?cluster=app&destination={a.Address}");
        await edge.WaitForAsync(2, "healthy");
    }

    [Fact]
    public async Task A_name_s_addresses_are_the_destinations()
    {
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync($$"""
            { "listeners": [{ "address": "127.0.0.1:0" }], "admin": { "address": "127.0.0.1:0" },
              "routes": [{ "cluster": "app" }], "clusters": { "app": { "dns": "localhost:{{app.Port}}", "health": { "interval": "50ms" } } } }
            """);
        await edge.WaitForAsync(1, "healthy");
        Assert.Equal("a", await edge.Client.GetStringAsync("/"));
    }
}

using System.Net;
using Gantry.Edge.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Gantry.Edge.Tests;

public sealed class ReloadAndShutdownTests
{
    [Fact]
    public async Task A_reload_moves_new_requests_and_leaves_running_ones_alone()
    {
        var release = new TaskCompletionSource();
        await using var old = await AppServer.StartAsync("old", async context =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            await release.Task;
            await context.Response.WriteAsync("last");
        });
        await using var fresh = await AppServer.StartAsync("fresh");
        await using var edge = await Servers.Edge.StartAsync([old.Address]);
        using var running = await edge.Client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead);

        await File.WriteAllTextAsync(edge.ConfigPath, Servers.Edge.Config([fresh.Address]));
        Assert.Equal(HttpStatusCode.OK, (await edge.AdminAsync(HttpMethod.Post, "/reload")).StatusCode);
        Assert.Equal("fresh", await edge.Client.GetStringAsync("/"));
        release.SetResult();
        Assert.Equal("first last", await running.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_broken_configuration_is_refused_and_changes_nothing()
    {
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        await File.WriteAllTextAsync(edge.ConfigPath, "{ \"listeners\": [] }");
        var answer = await edge.AdminAsync(HttpMethod.Post, "/reload");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("listeners: there is none", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("a", await edge.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_stop_lets_requests_in_flight_finish()
    {
        var arrived = new TaskCompletionSource();
        await using var app = await AppServer.StartAsync("a", async context =>
        {
            arrived.SetResult();
            await Task.Delay(300);
            await context.Response.WriteAsync("done");
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        var running = edge.Client.GetStringAsync("/");
        await arrived.Task;
        await edge.Server.StopAsync(CancellationToken.None);
        Assert.Equal("done", await running);
        await Assert.ThrowsAsync<HttpRequestException>(() => edge.Client.GetAsync("/"));
    }

    [Fact]
    public async Task While_going_down_health_says_503_and_requests_are_still_served_on_closing_connections()
    {
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        Assert.Equal(HttpStatusCode.OK, (await edge.AdminAsync(HttpMethod.Get, "/healthz")).StatusCode);
        edge.Server.Runtime.State.Draining = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await edge.AdminAsync(HttpMethod.Get, "/healthz")).StatusCode);
        var response = await edge.Client.GetAsync("/");
        Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.ConnectionClose));
    }

    [Fact]
    public async Task The_admin_is_not_reachable_through_the_traffic_s_listener()
    {
        await using var app = await AppServer.StartAsync("a", context =>
        {
            context.Response.StatusCode = 418;
            return Task.CompletedTask;
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        Assert.Equal((HttpStatusCode)418, (await edge.Client.GetAsync("/status")).StatusCode);
    }
}

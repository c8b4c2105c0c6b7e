using System.Collections.Concurrent;
using Gantry.Edge.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Gantry.Edge.Tests;

/// <summary>The promise the product makes: stopping one of two servers under load loses no request.</summary>
public sealed class RollingRestartTests
{
    private static readonly TimeSpan Announcement = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Restarting_one_server_again_and_again_under_load_loses_no_request()
    {
        await using var a = await AppServer.StartAsync("a", WorkAsync);
        await using var b = await AppServer.StartAsync("b", WorkAsync);
        await using var edge = await Servers.Edge.StartAsync([a.Address, b.Address], "\"health\": { \"interval\": \"50ms\", \"timeout\": \"2s\" }, \"retry\": { \"patience\": \"5s\" }, ");
        await edge.WaitForAsync(2, "healthy");
        using var load = new Load(edge.Client);
        await Task.Delay(200);
        foreach (var server in new[] { a, b, a, b, a, b })
        {
            await server.LeaveAsync(Announcement);
            await Task.Delay(100);
            await server.StartAsync();
            await edge.WaitForAsync(2, "healthy");
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.True(load.Answered > 500, $"only {load.Answered} requests were made");
        Assert.True(a.Requests > 100 && b.Requests > 100);
    }

    [Fact]
    public async Task A_server_that_stops_without_a_word_loses_no_get()
    {
        await using var a = await AppServer.StartAsync("a", WorkAsync);
        await using var b = await AppServer.StartAsync("b", WorkAsync);
        await using var edge = await Servers.Edge.StartAsync([a.Address, b.Address], "\"health\": { \"interval\": \"100ms\" }, \"retry\": { \"patience\": \"5s\" }, ");
        await edge.WaitForAsync(2, "healthy");
        using var load = new Load(edge.Client, posts: false);
        for (var i = 0; i < 4; i++)
        {
            await Task.Delay(100);
            await a.StopAsync();
            await Task.Delay(100);
            await a.StartAsync();
            await edge.WaitForAsync(2, "healthy");
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
    }

    private static async Task WorkAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        await Task.Delay(Random.Shared.Next(8));
        await context.Response.WriteAsync($"{memory.Length}");
    }

    /// <summary>Eight clients, every other request a POST.</summary>
    private sealed class Load : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task[] clients;
        private int answered;

        public Load(HttpClient client, bool posts = true) => clients = [.. Enumerable.Range(0, 8).Select(i => RunAsync(client, posts && i % 2 == 0))];

        public ConcurrentQueue<string> Failures { get; } = [];

        public int Answered => answered;

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }

        public void Dispose() => stop.Dispose();

        private async Task RunAsync(HttpClient client, bool post)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var response = post ? await client.PostAsync("/q", new ByteArrayContent(new byte[300])) : await client.GetAsync("/q");
                    var body = await response.Content.ReadAsStringAsync();
                    if (!response.IsSuccessStatusCode || body != (post ? "300" : "0"))
                    {
                        Failures.Enqueue($"{(post ? "POST" : "GET")}: {(int)response.StatusCode} {body}");
                    }
                }
                catch (HttpRequestException e)
                {
                    Failures.Enqueue(e.ToString());
                }

                Interlocked.Increment(ref answered);
            }
        }
    }
}

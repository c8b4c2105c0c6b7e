using System.Text;
using Gantry.Daemon.Hijacking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gantry.Daemon.Tests.Hijacking;

public sealed class HijackConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource<string> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("Content-Length: 13\r\n\r\n{\"Tty\":false}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nd\r\n{\"Tty\":false}\r\n0\r\n\r\n")]
    public async Task The_body_is_read_before_the_connection_is_taken(string bodyWithItsHeader)
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" + bodyWithItsHeader);

        Assert.StartsWith("HTTP/1.1 101 UPGRADED\r\n", await client.ReadUntilAsync("body={\"Tty\":false}\n"), StringComparison.Ordinal);
        await client.SendAsync("hello\n");
        await client.ReadUntilAsync("echo:hello\n");
    }

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 0\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task Input_sent_in_one_piece_with_the_request_is_not_lost(string bodyWithItsHeader)
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: x\r\n" + bodyWithItsHeader + "early\n");

        await client.ReadUntilAsync("echo:early\n");
    }

    [Fact]
    public async Task Output_goes_on_after_the_client_closed_its_half()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        await client.ReadUntilAsync("body=");
        await client.SendAsync("last\n");
        client.HalfClose();

        var answer = await client.ReadToEndAsync();
        Assert.EndsWith("echo:last\neof\nafter 1\nafter 2\nafter 3\n", answer, StringComparison.Ordinal);
        Assert.Equal("done", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_vanished_client_cancels_the_hijack()
    {
        await using var server = await StartAsync();
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync("POST /idle HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            await client.ReadUntilAsync("idle");
        }

        Assert.Equal("cancelled", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_client_that_vanishes_after_its_half_close_is_noticed_too()
    {
        await using var server = await StartAsync();
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync("POST /idle HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            await client.ReadUntilAsync("idle");
            client.HalfClose();
            await Task.Delay(200, TestContext.Current.CancellationToken);
            Assert.False(outcome.Task.IsCompleted);
        }

        Assert.Equal("cancelled", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_vanished_client_aborts_an_ordinary_request()
    {
        await using var server = await StartAsync();
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadUntilAsync("slow");
        }

        Assert.Equal("aborted", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_half_closing_client_still_gets_an_ordinary_answer()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        client.HalfClose();

        Assert.Contains("hello", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ordinary_requests_may_come_before_the_hijack_on_one_connection()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("hello");
        await client.SendAsync("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}after\n");

        await client.ReadUntilAsync("body={}\necho:after\n");
    }

    [Fact]
    public async Task Nothing_of_the_servers_own_follows_a_hijacked_answer()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        client.HalfClose();

        var answer = await client.ReadToEndAsync();
        Assert.Equal(1, Count(answer, "HTTP/1.1"));
        Assert.EndsWith("after 3\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_the_server_gives_hijacked_connections_up_at_once()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /idle HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        await client.ReadUntilAsync("idle");

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("%2Fvar%2Frun%2Fdocker.sock")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("/x")]
    [InlineData("localhost")]
    [InlineData("")]
    public async Task Any_host_header_is_taken(string host)
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync($"GET /hello HTTP/1.1\r\nHost: {host}\r\n\r\n");
        await client.ReadUntilAsync("hello");
        await client.SendAsync($"GET /hello HTTP/1.1\r\nhost:{host}\r\nConnection: close\r\n\r\n");

        Assert.Equal(2, Count(await client.ReadToEndAsync(), "HTTP/1.1 200 OK"));
    }

    [Fact]
    public async Task A_body_that_looks_like_a_host_header_stays_as_it_is()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        const string Body = "x\r\nHost: %2Fvar%2Frun%2Fdocker.sock\r\n";
        await client.SendAsync($"POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n");
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await client.SendAsync(Body);

        Assert.EndsWith(Body, await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private Task<TestServer> StartAsync(bool overTcp = false) => TestServer.StartAsync(routes =>
    {
        routes.MapPost("/echo", EchoAsync);
        routes.MapPost("/idle", IdleAsync);
        routes.MapGet("/slow", SlowAsync);
        routes.MapGet("/hello", http => http.Response.WriteAsync("hello"));
        routes.MapPost("/body", async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            http.Response.ContentLength = body.Length;
            await http.Response.WriteAsync(body);
        });
    }, overTcp);

    [Fact]
    public async Task Over_tcp_output_goes_on_after_a_half_close_too()
    {
        await using var server = await StartAsync(overTcp: true);
        using var client = await server.ConnectTcpAsync();

        // In one breath: the end of the input is there before the connection is hijacked.
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nlast\n");
        client.HalfClose();
        Assert.EndsWith("echo:last\neof\nafter 1\nafter 2\nafter 3\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_tcp_a_request_is_given_up_when_its_client_goes()
    {
        await using var server = await StartAsync(overTcp: true);
        using (var client = await server.ConnectTcpAsync())
        {
            await client.SendAsync("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadUntilAsync("slow");
        }

        Assert.Equal("aborted", await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private static async Task<HijackedStream> HijackAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var upgrade = http.Request.Headers.Upgrade.Count > 0;
        var stream = http.Features.Get<IHijackFeature>()!.Hijack();
        await WriteAsync(stream, upgrade ? "HTTP/1.1 101 UPGRADED\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n");
        await WriteAsync(stream, $"body={body}\n");
        return stream;
    }

    private static ValueTask WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    private async Task EchoAsync(HttpContext http)
    {
        await using var stream = await HijackAsync(http);
        var buffer = new byte[64];
        while (await stream.ReadAsync(buffer, stream.Ended) is > 0 and var count)
        {
            await WriteAsync(stream, "echo:" + Encoding.UTF8.GetString(buffer, 0, count));
        }

        await WriteAsync(stream, "eof\n");
        for (var i = 1; i <= 3; i++)
        {
            await Task.Delay(50, stream.Ended);
            await WriteAsync(stream, $"after {i}\n");
        }

        outcome.TrySetResult("done");
    }

    private async Task IdleAsync(HttpContext http)
    {
        await using var stream = await HijackAsync(http);
        await WriteAsync(stream, "idle");
        try
        {
            await Task.Delay(Timeout.Infinite, stream.Ended);
        }
        catch (OperationCanceledException)
        {
            outcome.TrySetResult("cancelled");
        }
    }

    private async Task SlowAsync(HttpContext http)
    {
        await http.Response.WriteAsync("slow");
        await http.Response.Body.FlushAsync();
        try
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            outcome.TrySetResult("aborted");
        }
    }
}

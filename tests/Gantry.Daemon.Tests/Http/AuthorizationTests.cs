using System.Text;
using System.Text.Json;
using Gantry.Api;
using Gantry.Daemon.Http;
using Gantry.Plugins.Authorization;
using Gantry.Plugins.Tests;
using Microsoft.AspNetCore.Builder;

namespace Gantry.Daemon.Tests.Http;

/// <summary>What is served, authorization plugins have seen.</summary>
public sealed class AuthorizationTests
{
    private const string Allow = """{"Allow":true}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    public async Task A_body_that_is_read_was_shown(string type)
    {
        using var plugin = new FakePlugin { Answers = { ["AuthZPlugin.AuthZReq"] = (200, Allow), ["AuthZPlugin.AuthZRes"] = (200, Allow) } };
        using var plugins = plugin.Registry();
        await using var server = await StartAsync(new AuthorizationPlugin(plugins, "fake"));
        const string Body = """{"Container":"web"}""";
        Assert.Contains("web", await server.RequestAsync("POST", "/read", $"Content-Type: {type}\r\nContent-Length: {Body.Length}\r\n", Body), StringComparison.Ordinal);
        Assert.Equal(Body, ShownBody(plugin));
    }

    [Fact]
    public async Task A_body_too_large_to_be_shown_is_refused()
    {
        using var plugin = new FakePlugin { Answers = { ["AuthZPlugin.AuthZReq"] = (200, Allow), ["AuthZPlugin.AuthZRes"] = (200, Allow) } };
        using var plugins = plugin.Registry();
        await using var server = await StartAsync(new AuthorizationPlugin(plugins, "fake"));
        var body = $"{{\"Container\":\"web\",\"Pad\":\"{new string('x', 1 << 20)}\"}}";
        using var client = await server.ConnectAsync();
        await client.SendAsync($"POST /read HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var answer = await client.ReadUntilAsync("}");
        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("authorization denied", answer, StringComparison.Ordinal);
    }

    private static string? ShownBody(FakePlugin plugin)
    {
        var call = plugin.Calls.Single(call => call.Method == "AuthZPlugin.AuthZReq").Body;
        using var document = JsonDocument.Parse(call);
        return document.RootElement.TryGetProperty("RequestBody", out var body) ? Encoding.UTF8.GetString(body.GetBytesFromBase64()) : null;
    }

    private static Task<TestServer> StartAsync(AuthorizationPlugin plugin) => TestServer.StartAsync(
        routes => routes.MapPost("/read", async http =>
        {
            var body = await http.Request.ReadJsonAsync(DockerJson.Wire.NetworkConnectRequest);
            await http.Response.WriteJsonAsync([body.Container], DockerJson.Wire.IReadOnlyListString);
        }),
        authorization: [plugin]);
}

using Gantry.Api;
using Gantry.Core;
using Gantry.Daemon.Endpoints;
using Gantry.Daemon.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Tests.Http;

/// <summary>What every answer has in common, whoever gives it.</summary>
public sealed class ApiEdgeTests
{
    [Fact]
    public async Task Every_answer_carries_the_daemons_headers()
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("GET", "/_ping");
        Assert.Contains("\r\nApi-Version: 1.51\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nDocker-Experimental: false\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nOstype: linux\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nServer: Gantry/", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nOK", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_answers_HEAD_without_a_body()
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("HEAD", "/v1.40/_ping");
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/show/x", "200 OK", "x 1.51")]
    [InlineData("/v1.24/show/x", "200 OK", "x 1.24")]
    [InlineData("/v1.51/show/x", "200 OK", "x 1.51")]
    [InlineData("/v1.23/show/x", "400 Bad Request", "Content-Type: text/plain; charset=utf-8")]
    [InlineData("/v1.23/show/x", "400 Bad Request", "client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n")]
    [InlineData("/v1.60/show/x", "400 Bad Request", "{\"message\":\"client version 1.60 is too new. Maximum supported API version is 1.51\"}")]
    [InlineData("/v2.0/show/x", "400 Bad Request", "client version 2.0 is too new. Maximum supported API version is 1.51")]
    [InlineData("/volumes/x/y/z", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/v1.x/show/x", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/v1.44/swarm", "503 Service Unavailable", "This node is not a swarm manager.")]
    [InlineData("/services/abc/logs", "503 Service Unavailable", "This node is not a swarm manager.")]
    [InlineData("/show/x/", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/SHOW/x", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/v1.51/Show/x", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/images/../show/x?y=1", "301 Moved Permanently", "\r\nLocation: /show/x?y=1\r\n")]
    [InlineData("/v1.51/images/%2e%2e/show/x", "301 Moved Permanently", "\r\nLocation: /v1.51/show/x\r\n")]
    [InlineData("/./show/x", "301 Moved Permanently", "\r\nLocation: /show/x\r\n")]
    [InlineData("/show/a%2Fb", "200 OK", "a/b 1.51")]
    [InlineData("/show//x?y=1", "301 Moved Permanently", "\r\nLocation: /show/x?y=1\r\n")]
    [InlineData("/networks/", "200 OK", "all networks")]
    [InlineData("/v1.44/networks/", "200 OK", "all networks")]
    [InlineData("/networks/x/", "200 OK", "network x/")]
    [InlineData("/networks/x/y", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/containers/json/", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("/containers/web/db/json", "200 OK", "container web/db")]
    [InlineData("/v1.44/containers/web/db/json", "200 OK", "container web/db")]
    [InlineData("/containers/web/attach/ws", "200 OK", "socket of web")]
    [InlineData("/containers/web/db/nope", "404 Not Found", "{\"message\":\"page not found\"}")]
    [InlineData("http://localhost/show/x", "200 OK", "x 1.51")]
    [InlineData("http://localhost/images/../show/x", "301 Moved Permanently", "\r\nLocation: /show/x\r\n")]
    [InlineData("/containers/x/checkpoints", "501 Not Implemented", "This experimental feature is disabled by default.")]
    [InlineData("/plugins/privileges?remote=x", "501 Not Implemented", "{\"message\":\"Gantry does not implement managed plugins\"}")]
    [InlineData("/plugins", "200 OK", "[]")]
    [InlineData("/plugins/vieux/sshfs:latest/json", "404 Not Found", "not found")]
    public async Task Paths_are_answered_as_Docker_does(string path, string status, string text)
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("GET", path);
        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Contains(text, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/volumes/x", "503 Service Unavailable", "volume update only valid for cluster volumes, but swarm is unavailable")]
    [InlineData("POST", "/swarm/leave", "503 Service Unavailable", "This node is not part of a swarm")]
    [InlineData("DELETE", "/containers/x/checkpoints/y", "501 Not Implemented", "This experimental feature is disabled by default.")]
    [InlineData("POST", "/plugins/vieux/sshfs:latest/enable?timeout=0", "404 Not Found", "plugin \\\"vieux/sshfs:latest\\\" not found")]
    [InlineData("DELETE", "/plugins/vieux/sshfs:latest", "404 Not Found", "plugin \\\"vieux/sshfs:latest\\\" not found")]
    [InlineData("OPTIONS", "/containers/json", "200 OK", "Content-Length: 0")]
    public async Task What_swarms_and_plugins_do_is_refused_in_Dockers_words(string method, string path, string status, string text)
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync(method, path);
        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Contains(text, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_path_with_a_wrong_method_is_not_found()
    {
        await using var server = await StartAsync();
        Assert.StartsWith("HTTP/1.1 404 Not Found", await server.RequestAsync("PATCH", "/show/x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ErrorKind.InvalidArgument), 400)]
    [InlineData(nameof(ErrorKind.Unauthorized), 401)]
    [InlineData(nameof(ErrorKind.Forbidden), 403)]
    [InlineData(nameof(ErrorKind.NotFound), 404)]
    [InlineData(nameof(ErrorKind.Conflict), 409)]
    [InlineData(nameof(ErrorKind.Internal), 500)]
    [InlineData(nameof(ErrorKind.NotImplemented), 501)]
    [InlineData(nameof(ErrorKind.Unavailable), 503)]
    public async Task An_error_has_its_kinds_status_and_its_message(string kind, int status)
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("GET", "/fail/" + kind);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"message\":\"sorry: <größer> & \\\"quoted\\\"\"}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_modified_has_no_body()
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("GET", "/fail/NotModified");
        Assert.StartsWith("HTTP/1.1 304 Not Modified", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_exception_is_our_fault()
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("GET", "/crash");
        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"message\":\"boom\"}", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{\"Container\":", "invalid JSON: unexpected EOF")]
    [InlineData("application/json", "{\"Container\":{}}", "invalid JSON: cannot read $.Container")]
    [InlineData("application/json", "   ", "invalid JSON: got EOF while reading request body")]
    [InlineData("", "{}", "malformed Content-Type header (): mime: no media type")]
    [InlineData("text/plain", "{}", "unsupported Content-Type header (text/plain): must be 'application/json'")]
    public async Task A_bad_body_is_refused_with_its_reason(string type, string body, string message)
    {
        await using var server = await StartAsync();
        var answer = await server.RequestAsync("POST", "/read", $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n", body);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains(message, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 2147483648\r\n", "{")]
    [InlineData("Transfer-Encoding: chunked\r\n", "1000000\r\n{\"Container\":\"")]
    public async Task A_body_larger_than_any_request_is_refused_before_it_is_all_here(string length, string begin)
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync($"POST /read HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n{length}\r\n{begin}");
        if (begin.Length > 1)
        {
            // 16 MiB make the first chunk, the next one is one too many.
            await client.SendAsync(new string('x', (16 << 20) - 14) + "\r\n1\r\nx\r\n");
        }

        var answer = await client.ReadUntilAsync("}");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("http: request body too large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_no_one_knows_are_ignored()
    {
        await using var server = await StartAsync();
        const string Body = "{\"Container\":\"web\",\"Later\":{\"x\":[1]}}";
        Assert.Contains("web", await server.RequestAsync("POST", "/read", $"Content-Type: application/json; charset=utf-8\r\nContent-Length: {Body.Length}\r\n", Body), StringComparison.Ordinal);
    }

    private static Task Say(HttpContext http, string text) => http.Response.WriteJsonAsync([text], DockerJson.Wire.IReadOnlyListString);

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(routes =>
    {
        routes.MapMethods("/_ping", ["GET", "HEAD"], SystemEndpoints.PingAsync);
        routes.MapGet("/show/{name}", http => http.Response.WriteJsonAsync([$"{http.Name} {http.Version}"], DockerJson.Wire.IReadOnlyListString));
        routes.MapGet("/fail/{name}", http => throw new GantryException(Enum.Parse<ErrorKind>(http.Name), "sorry: <größer> & \"quoted\""));
        routes.MapGet("/networks", http => Say(http, "all networks"));
        routes.MapGet("/networks/{name}", http => Say(http, "network " + http.Name));
        routes.MapGet("/containers/{name}/json", http => Say(http, "container " + http.Name));
        routes.MapGet("/containers/{name}/attach/ws", http => Say(http, "socket of " + http.Name));
        routes.MapGet("/crash", http => throw new InvalidOperationException("boom"));
        routes.MapPost("/read", async http =>
        {
            var body = await http.Request.ReadJsonAsync(DockerJson.Wire.NetworkConnectRequest);
            await http.Response.WriteJsonAsync([body.Container], DockerJson.Wire.IReadOnlyListString);
        });
    });
}

using System.Text;
using Gantry.Api.Containers;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Client.Tests;

public sealed class TransportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Asks_for_the_version_once_and_keeps_the_connection()
    {
        await using var daemon = FakeDaemon.Serving(_ => (200, "[]"));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        await client.Containers.ListAsync(new ContainerListOptions { All = true, Filters = new Filters().Add("label", "a=b") }, None);
        await client.Networks.ListAsync(null, None);

        Assert.Equal(1, daemon.Connections);
        Assert.Equal(
            ["/_ping", "/v1.51/containers/json?all=1&filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D", "/v1.51/networks"],
            daemon.Requests.Select(r => r.Target));
    }

    [Fact]
    public async Task Speaks_an_older_version_when_the_daemon_does()
    {
        await using var daemon = new FakeDaemon((request, stream) => request.Path == "/_ping"
            ? FakeDaemon.WriteAsync(stream, 200, "OK", "Api-Version: 1.43\r\n")
            : FakeDaemon.WriteAsync(stream, 200, "[]"));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        await client.Networks.ListAsync(null, None);

        Assert.Equal("/v1.43/networks", daemon.Requests.Last().Target);
    }

    [Theory]
    [InlineData(400, ErrorKind.InvalidArgument)]
    [InlineData(404, ErrorKind.NotFound)]
    [InlineData(409, ErrorKind.Conflict)]
    [InlineData(500, ErrorKind.Internal)]
    [InlineData(501, ErrorKind.NotImplemented)]
    public async Task Throws_the_daemons_message_with_the_kind_of_its_status(int status, ErrorKind kind)
    {
        await using var daemon = FakeDaemon.Serving(_ => (status, "{\"message\":\"No such container: web\"}"));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        var error = await Assert.ThrowsAsync<GantryException>(() => client.Containers.InspectAsync("web", None));

        Assert.Equal((kind, "No such container: web"), (error.Kind, error.Message));
        Assert.Equal("Error response from daemon: No such container: web", error.DisplayMessage);
    }

    [Fact]
    public async Task A_failed_call_leaves_the_connection_usable()
    {
        await using var daemon = FakeDaemon.Serving(r => r.Path.Contains("nope") ? (404, "{\"message\":\"no\"}") : (204, ""));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        await Assert.ThrowsAsync<GantryException>(() => client.Containers.StopAsync("nope", null, null, None));
        await client.Containers.StopAsync("web", null, null, None);

        Assert.Equal(1, daemon.Connections);
    }

    [Fact]
    public async Task Says_where_no_daemon_is()
    {
        using var client = GantryClient.FromEnvironment("unix:///nonexistent/sock");

        var error = await Assert.ThrowsAsync<GantryException>(() => client.System.VersionAsync(None));

        Assert.Equal("Cannot connect to the Docker daemon at unix:///nonexistent/sock. Is the docker daemon running?", error.DisplayMessage);
    }

    [Fact]
    public async Task An_object_that_is_as_asked_is_no_failure()
    {
        await using var daemon = new FakeDaemon((request, stream) => request.Path == "/_ping"
            ? FakeDaemon.WriteAsync(stream, 200, "OK")
            : stream.WriteAsync("HTTP/1.1 304 Not Modified\r\n\r\n"u8.ToArray()).AsTask());
        using var client = GantryClient.FromEnvironment(daemon.Address);

        await client.Containers.StartAsync("web", null, None);
        await client.Containers.StopAsync("web", 3, null, None);

        Assert.Equal("t=3", daemon.Requests.Last().Query);
    }

    [Fact]
    public async Task Asks_again_when_an_idle_connection_was_closed()
    {
        var answers = 0;
        await using var daemon = new FakeDaemon(async (request, stream) =>
        {
            await FakeDaemon.WriteAsync(stream, 200, request.Path == "/_ping" ? "OK" : "[]");
            if (++answers == 2)
            {
                stream.Dispose();
            }
        });
        using var client = GantryClient.FromEnvironment(daemon.Address);

        await client.Networks.ListAsync(null, None);
        await client.Networks.ListAsync(null, None);

        Assert.Equal(2, daemon.Connections);
    }

    [Fact]
    public async Task A_body_that_can_be_sent_once_does_not_meet_a_closed_idle_connection()
    {
        await using var daemon = new FakeDaemon(async (request, stream) =>
        {
            await FakeDaemon.WriteAsync(stream, 200, request.Path == "/_ping" ? "OK" : request.Method == "POST" ? "{\"stream\":\"loaded\"}" : "[]");
            if (request.Path == "/networks")
            {
                stream.Dispose();
            }
        });
        using var client = GantryClient.FromEnvironment(daemon.Address);
        await client.Networks.ListAsync(null, None);

        using var tar = new MemoryStream(new byte[100_000]);
        var lines = new List<string?>();
        await foreach (var line in client.Images.LoadAsync(tar, quiet: false, platform: null, None))
        {
            lines.Add(line.Stream);
        }

        Assert.Equal(["loaded"], lines);
        Assert.Equal(100_000, daemon.Requests.Last().Body.Length);
    }

    [Fact]
    public async Task Reads_chunked_lines_as_they_come()
    {
        var second = new TaskCompletionSource();
        await using var daemon = new FakeDaemon(async (request, stream) =>
        {
            if (request.Path == "/_ping")
            {
                await FakeDaemon.WriteAsync(stream, 200, "OK");
                return;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            await stream.WriteAsync("22\r\n{\"Type\":\"container\",\"Action\":\"die\"\r\n2\r\n}\n\r\n"u8.ToArray());
            await second.Task;
            await stream.WriteAsync("25\r\n{\"Type\":\"container\",\"Action\":\"start\"}\r\n0\r\n\r\n"u8.ToArray());
        });
        using var client = GantryClient.FromEnvironment(daemon.Address);

        var actions = new List<string>();
        await foreach (var happened in client.System.EventsAsync(null, null, null, None))
        {
            actions.Add(happened.Action);
            second.TrySetResult();
        }

        Assert.Equal(["die", "start"], actions);
    }

    [Fact]
    public async Task A_hijacked_stream_keeps_early_bytes_and_half_closes()
    {
        await using var daemon = new FakeDaemon(async (request, stream) =>
        {
            if (request.Path == "/_ping")
            {
                await FakeDaemon.WriteAsync(stream, 200, "OK");
                return;
            }

            await stream.WriteAsync("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\u0001\0\0\0\0\0\0\u0005early"u8.ToArray());
            using var input = new StreamReader(stream, leaveOpen: true);
            var text = await input.ReadToEndAsync();
            await stream.WriteAsync(new byte[] { 2, 0, 0, 0, 0, 0, 0, (byte)text.Length }.Concat(Encoding.ASCII.GetBytes(text)).ToArray());
        });
        using var client = GantryClient.FromEnvironment(daemon.Address);
        var (stdout, stderr) = (new MemoryStream(), new MemoryStream());

        await using var stream = await client.Containers.AttachAsync("web", new AttachOptions { Stdin = true }, None);
        await stream.WriteAsync("hello"u8.ToArray());
        await stream.CloseWriteAsync();
        await MultiplexedStream.CopyAsync(stream, stdout, stderr, None);

        Assert.Equal(("early", "hello"), (Encoding.ASCII.GetString(stdout.ToArray()), Encoding.ASCII.GetString(stderr.ToArray())));
    }

    [Fact]
    public async Task A_refused_upload_gives_the_daemons_answer()
    {
        await using var daemon = new FakeDaemon(async (request, stream) =>
            await FakeDaemon.WriteAsync(stream, request.Path == "/_ping" ? 200 : 404, "{\"message\":\"No such container: web\"}"));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        var error = await Assert.ThrowsAsync<GantryException>(() => client.Containers.PutArchiveAsync("web", "/", false, (body, stop) => body.WriteAsync(new byte[300_000], stop).AsTask(), None));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
    }

    [Fact]
    public async Task A_create_request_leaves_null_what_the_daemon_shall_choose()
    {
        await using var daemon = FakeDaemon.Serving(_ => (201, "{\"Id\":\"abc\",\"Warnings\":[]}"));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        var created = await client.Containers.CreateAsync(new ContainerCreateRequest { Image = "busybox", Env = ["A=<é>"], HostConfig = new HostConfig() }, "web", null, None);

        Assert.Equal("abc", created.Id);
        Assert.Contains("\"Env\":[\"A=<é>\"],\"Cmd\":null", daemon.Requests.Last().Text);
        Assert.DoesNotContain("Healthcheck", daemon.Requests.Last().Text);
    }
}

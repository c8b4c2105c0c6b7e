using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Gantry.Daemon.Tests.EndToEnd;

/// <summary>The API itself, by HTTP and WebSocket, where the docker CLI does not reach.</summary>
[Trait("Ring", "integration")]
public sealed class ApiTests(PrivateDaemon daemon) : IClassFixture<PrivateDaemon>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gdt-api-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_tell_a_containers_life_in_Dockers_order()
    {
        var since = DateTimeOffset.UtcNow;
        await DockerAsync("volume", "create", "events-vol");
        await DockerAsync("create", "--name", "events", "-l", "a=b", "-v", "events-vol:/v", "busybox", "sleep", "600");
        await DockerAsync("start", "events");
        await DockerAsync("exec", "events", "true");
        await DockerAsync("stop", "-t", "0", "events");
        await DockerAsync("commit", "events", "events-image:1");
        await DockerAsync("rm", "events");
        await DockerAsync("rmi", "events-image:1");
        await DockerAsync("volume", "rm", "events-vol");
        var output = await DockerAsync("events", "--since", Unix(since), "--until", Unix(DateTimeOffset.UtcNow), "--format", "{{.Type}} {{.Action}} {{json .Actor.Attributes}}");
        string[] told = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains("events", StringComparison.Ordinal) || line.Contains("\"a\"", StringComparison.Ordinal) || line.Contains("volume", StringComparison.Ordinal) || line.StartsWith("network", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "volume create", "container create", "volume mount", "network connect", "container start", "container exec_create: true ", "container exec_start: true ",
                "container exec_die", "container kill", "container kill", "network disconnect", "volume unmount", "container stop", "container die",
                "image create", "image tag", "container commit", "container destroy", "image untag", "volume destroy",
            ],
            told.Select(line => line[..line.IndexOf(" {", StringComparison.Ordinal)]));
        Assert.Contains("\"destination\":\"/v\",\"driver\":\"local\",\"propagation\":\"\",\"read/write\":\"true\"", told[2], StringComparison.Ordinal);
        Assert.All(told.Where(line => line.StartsWith("container", StringComparison.Ordinal)), line => Assert.Contains("\"a\":\"b\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_fails_tells_of_no_connection()
    {
        var since = DateTimeOffset.UtcNow;
        await daemon.DockerAsync("run", "--name", "events-fail", "-v", "events-fail:/v", "busybox", "nope");
        await DockerAsync("rm", "events-fail");
        await DockerAsync("volume", "rm", "events-fail");
        var output = await DockerAsync("events", "--since", Unix(since), "--until", Unix(DateTimeOffset.UtcNow), "--filter", "type=volume", "--filter", "event=mount", "--filter", "event=unmount", "--filter", "volume=events-fail", "--format", "{{.Action}}");
        Assert.Equal("mount\nunmount\n", output);
        var connects = await DockerAsync("events", "--since", Unix(since), "--until", Unix(DateTimeOffset.UtcNow), "--filter", "event=connect", "--format", "{{.Action}}");
        Assert.Equal("", connects);
    }

    [Fact]
    public async Task A_prune_says_what_it_gave_back()
    {
        var since = DateTimeOffset.UtcNow;
        using var client = Client();
        foreach (var kind in (string[])["containers", "images", "networks", "volumes", "build"])
        {
            using var answer = await client.PostAsync($"http://d/{kind}/prune", null, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var output = await DockerAsync("events", "--since", Unix(since), "--until", Unix(DateTimeOffset.UtcNow), "--filter", "event=prune", "--format", "{{.Type}} {{json .Actor.Attributes}}");
        Assert.Equal(["container {\"reclaimed\":\"", "image {\"reclaimed\":\"", "network {\"reclaimed\":\"0\"}", "volume {\"reclaimed\":\"", "builder {\"reclaimed\":\""], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith("network", StringComparison.Ordinal) ? line : line[..(line.IndexOf(":\"", StringComparison.Ordinal) + 2)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_over_a_WebSocket_goes_both_ways(bool terminal)
    {
        var name = terminal ? "ws-tty" : "ws";
        await DockerAsync(["run", "-d", terminal ? "-it" : "-i", "--name", name, "busybox", "cat"]);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Handler());
        await socket.ConnectAsync(new Uri($"ws://d/v1.51/containers/{name}/attach/ws?stream=1&stdin=1&stdout=1&stderr=1"), invoker, Cancellation);
        await socket.SendAsync("hello\n"u8.ToArray(), WebSocketMessageType.Binary, true, Cancellation);
        var text = "";
        var buffer = new byte[1000];
        while (!text.EndsWith(terminal ? "hello\r\nhello\r\n" : "hello\n", StringComparison.Ordinal))
        {
            var message = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.Equal(WebSocketMessageType.Binary, message.MessageType);
            text += Encoding.UTF8.GetString(buffer, 0, message.Count);
        }

        Assert.Equal(terminal ? "hello\r\nhello\r\n" : "hello\n", text);
        await DockerAsync("rm", "-f", name);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, Cancellation)).MessageType);
    }

    [Fact]
    public async Task Attach_over_a_WebSocket_is_refused_without_one_or_without_a_container()
    {
        await DockerAsync("create", "--name", "ws-none", "busybox", "true");
        using var client = Client();
        using var plain = await client.GetAsync("http://d/containers/ws-none/attach/ws", Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, "not websocket protocol"), (plain.StatusCode, await plain.Content.ReadAsStringAsync(Cancellation)));
        using var missing = await client.GetAsync("http://d/containers/ws-nobody/attach/ws", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await DockerAsync("rm", "ws-none");
    }

    [Fact]
    public async Task Thousands_of_attaches_leave_no_descriptor_behind()
    {
        await DockerAsync("run", "-d", "-i", "--name", "leak", "busybox", "cat");
        await AttachManyAsync(50);
        var before = Descriptors();
        await AttachManyAsync(2000);

        // The last ones are closed when their ends have been noticed.
        for (var wait = 0; Descriptors() > before + 5 && wait < 50; wait++)
        {
            await Task.Delay(100, Cancellation);
        }

        Assert.InRange(Descriptors(), 0, before + 5);
        await DockerAsync("rm", "-f", "leak");
    }

    [Fact]
    public async Task A_connection_takes_commands_one_after_the_other_and_then_a_stream()
    {
        await DockerAsync("run", "-d", "--name", "kept", "busybox", "sleep", "600");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Socket), Cancellation);
        using var client = new RawClient(socket);
        await client.SendAsync("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\nOK");
        await client.SendAsync("POST /containers/kept/exec HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: 49\r\n\r\n{\"Cmd\":[\"echo\",\"from exec\"],\"AttachStdout\":true }");
        var created = await client.ReadUntilAsync("\"}\n");
        var id = created[(created.IndexOf("{\"Id\":\"", StringComparison.Ordinal) + 7)..][..64];
        await client.SendAsync($"POST /exec/{id}/start HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        Assert.EndsWith("\u0001\0\0\0\0\0\0\nfrom exec\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await DockerAsync("rm", "-f", "kept");
    }

    [Fact]
    public async Task Images_come_from_URLs()
    {
        await DockerAsync("create", "--name", "root", "busybox", "true");
        await DockerAsync("export", "-o", Path.Combine(directory, "root.tar"), "root");
        await DockerAsync("rm", "root");
        File.WriteAllText(Path.Combine(directory, "Recipe"), "FROM busybox\nRUN echo of-url > /made\n");
        Directory.CreateDirectory(Path.Combine(directory, "context", "sub"));
        File.WriteAllText(Path.Combine(directory, "context", "sub", "Dockerfile"), "FROM busybox\nCOPY note /note\n");
        File.WriteAllText(Path.Combine(directory, "context", "sub", "note"), "noted\n");
        await RunAsync("/bin/tar", "-C", Path.Combine(directory, "context", "sub"), "-czf", Path.Combine(directory, "context.tgz"), ".");
        await GitAsync();
        using var files = Serve(directory, out var address);
        using var client = Client();

        Assert.Contains("\"status\":\"sha256:", await PostAsync(client, $"images/create?fromSrc={address}root.tar&repo=of-url&tag=1&changes=ENV%20PATH=/bin"), StringComparison.Ordinal);
        Assert.Equal($"Imported from {address}root.tar\n", await DockerAsync("image", "inspect", "-f", "{{.Comment}}", "of-url:1"));
        Assert.Contains("failed to GET", await PostAsync(client, $"images/create?fromSrc={address}nope&repo=of-url"), StringComparison.Ordinal);

        foreach (var (remote, command, expected) in new[] { ("Recipe", "/made", "of-url\n"), ("context.tgz", "/note", "noted\n"), ("repository.git%23HEAD:sub", "/note", "noted\n") })
        {
            var answer = await PostAsync(client, $"build?remote={address}{remote}&t=built-of-url");
            Assert.DoesNotContain("errorDetail", answer, StringComparison.Ordinal);
            Assert.Equal(expected, await DockerAsync("run", "--rm", "built-of-url", "cat", command));
        }

        foreach (var (remote, message) in new[] { ("nope", "could not be recognized as URL"), (address + "nope", "failed to GET"), (address + "repository.git%23HEAD:missing", "not within git root"), (address + "none.git", "error fetching") })
        {
            Assert.Contains(message, await PostAsync(client, $"build?remote={remote}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Manifests_are_told_when_they_are_asked_for()
    {
        using var client = Client();
        var listed = await client.GetStringAsync("http://d/v1.47/images/json?manifests=1", Cancellation);
        Assert.Contains("\"Kind\":\"image\",\"ImageData\":{\"Platform\":{\"architecture\":\"", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("Manifests", await client.GetStringAsync("http://d/v1.46/images/json?manifests=1", Cancellation), StringComparison.Ordinal);
        Assert.Contains("\"Available\":true", await client.GetStringAsync("http://d/images/busybox/json?manifests=1", Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("\"platform\":", await client.GetStringAsync("http://d/images/busybox/json", Cancellation), StringComparison.Ordinal);
        var ofHost = Uri.EscapeDataString($$"""{"os":"linux","architecture":"{{Core.Platform.Host.Architecture}}"}""");
        Assert.Contains($"\"platform\":{{\"architecture\":\"{Core.Platform.Host.Architecture}\",\"os\":\"linux\"}}", await client.GetStringAsync("http://d/images/busybox/json?platform=" + ofHost, Cancellation), StringComparison.Ordinal);
        Assert.Contains("ContainerConfig", await client.GetStringAsync("http://d/v1.44/images/busybox/json", Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("ContainerConfig", await client.GetStringAsync("http://d/v1.45/images/busybox/json", Cancellation), StringComparison.Ordinal);
        using var other = await client.GetAsync("http://d/images/get?names=busybox&platform=" + Uri.EscapeDataString("""{"os":"linux","architecture":"mips"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string Unix(DateTimeOffset time) => $"{time.ToUnixTimeSeconds()}.{time.Ticks % TimeSpan.TicksPerSecond:D7}";

    private async Task<string> DockerAsync(params string[] arguments)
    {
        var outcome = await daemon.DockerAsync(arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Error}");
        return outcome.Output;
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var outcome = await daemon.RunAsync(program, arguments);
        Assert.True(outcome.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {outcome.Error}");
    }

    // A bare repository as plain files, which git reads over any web server.
    private async Task GitAsync()
    {
        var work = Path.Combine(directory, "context");
        await RunAsync("/usr/bin/git", "-C", work, "init", "--quiet");
        await RunAsync("/usr/bin/git", "-C", work, "add", ".");
        await RunAsync("/usr/bin/git", "-C", work, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "all");
        await RunAsync("/usr/bin/git", "clone", "--quiet", "--bare", work, Path.Combine(directory, "repository.git"));
        await RunAsync("/usr/bin/git", "-C", Path.Combine(directory, "repository.git"), "update-server-info");
    }

    private async Task AttachManyAsync(int count) => await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Cancellation }, async (_, cancellationToken) =>
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Socket), cancellationToken);
        await socket.SendAsync("POST /containers/leak/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellationToken);
        var buffer = new byte[500];
        var count = await socket.ReceiveAsync(buffer, cancellationToken);
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
    });

    private int Descriptors() => Directory.EnumerateFiles($"/proc/{daemon.ProcessId}/fd").Count();

    private static async Task<string> PostAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsync("http://d/" + path, null, Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private HttpClient Client() => new(Handler());

    private SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private static HttpListener Serve(string root, out string address)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        var listener = new HttpListener();
        listener.Prefixes.Add(address);
        listener.Start();
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    var file = Path.Combine(root, context.Request.Url!.AbsolutePath.TrimStart('/'));
                    context.Response.StatusCode = File.Exists(file) ? 200 : 404;
                    var bytes = File.Exists(file) ? await File.ReadAllBytesAsync(file) : [];
                    context.Response.ContentLength64 = bytes.Length;
                    await context.Response.OutputStream.WriteAsync(bytes);
                    context.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
            }
        });
        return listener;
    }
}

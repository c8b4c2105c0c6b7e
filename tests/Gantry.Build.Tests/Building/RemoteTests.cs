using System.Net;
using Gantry.Core;

namespace Gantry.Build.Tests.Building;

[Trait("Ring", "integration")]
public sealed class RemoteTests : IDisposable
{
    private readonly BuildLab lab = new();
    private readonly HttpListener server = new();
    private readonly List<int> answers = [];
    private readonly string url;
    private string content = "hello";

    public RemoteTests()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        server.Prefixes.Add(url);
        server.Start();
        _ = ServeAsync();
    }

    public void Dispose()
    {
        server.Close();
        lab.Dispose();
    }

    [Fact]
    public async Task Adds_remote_files_and_asks_only_whether_they_changed()
    {
        var dockerfile = $"FROM scratch\nADD {url}dir/file.txt?q=1 /x/\nADD --chmod=644 {url}other /y\n";
        var image = await lab.BuildAsync(dockerfile);
        Assert.Equal(["/x/ 755 0:0", "/x/file.txt hello 600 0:0", "/y hello 644 0:0"], await lab.ListAsync(image, details: true));
        Assert.Equal([200, 200], answers);
        await lab.BuildAsync(dockerfile);
        Assert.Empty(lab.Executed);
        Assert.Equal([200, 200, 304, 304], answers);
        content = "changed";
        Assert.Contains("/y changed", await lab.ListAsync(await lab.BuildAsync(dockerfile)));
    }

    [Fact]
    public async Task Checks_the_checksum()
    {
        var digest = Digest.Of("hello"u8);
        await lab.BuildAsync($"FROM scratch\nADD --checksum={digest} {url}f /f\n");
        var asked = answers.Count;
        await lab.BuildAsync($"FROM scratch\nADD --checksum={digest} {url}f /f\n");
        Assert.Equal(asked, answers.Count);
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync($"FROM scratch\nADD --checksum={Digest.Of("other"u8)} {url}f /f\n"));
        Assert.StartsWith("digest mismatch", error.Message);
        Assert.Empty(lab.Snapshots.All());
    }

    [Fact]
    public async Task Refuses_what_is_not_there_and_URLs_of_COPY()
    {
        Assert.Equal("invalid response status 404", (await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync($"FROM scratch\nADD {url}missing /f\n"))).Message);
        Assert.Equal("source can't be a URL for COPY", (await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync($"FROM scratch\nCOPY {url}f /f\n"))).Message);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (await server.GetContextAsync() is var context)
            {
                var tag = $"\"{content}\"";
                context.Response.StatusCode = context.Request.Url!.AbsolutePath == "/missing" ? 404 : context.Request.Headers["If-None-Match"] == tag ? 304 : 200;
                context.Response.Headers["ETag"] = tag;
                answers.Add(context.Response.StatusCode);
                context.Response.Close(context.Response.StatusCode == 200 ? System.Text.Encoding.UTF8.GetBytes(content) : [], willBlock: true);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed at the end of the test.
        }
    }
}

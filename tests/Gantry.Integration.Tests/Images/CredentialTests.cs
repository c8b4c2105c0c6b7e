using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Images;

/// <summary>Passwords in URLs reach the server and nobody else.</summary>
public sealed class CredentialTests(SharedDaemon daemon)
{
    private const string Sent = "GET /file HTTP/1.1 Basic bWU6aHVzaGh1c2g=";

    [Fact]
    public async Task An_import_from_a_URL()
    {
        await using var server = new AskedServer(RawRequest.Tar(("file", "x"u8.ToArray())));
        var import = await daemon.Docker.RunAsync("import", $"http://me:hushhush@127.0.0.1:{server.Port}/file", "credentials:1");
        Assert.Contains(Sent, server.Asked);
        Assert.Equal(0, import.ExitCode);
        var failed = await daemon.Docker.RunAsync("import", $"http://me:hushhush@127.0.0.1:{server.Port}/nope", "credentials:2");
        Assert.Equal(1, failed.ExitCode);
        await NobodyKnowsAsync(import.Text + failed.Text + await daemon.Docker.DoAsync("history", "--no-trunc", "credentials:1") + await daemon.Docker.DoAsync("inspect", "credentials:1"));
        await daemon.Docker.DoAsync("rmi", "credentials:1");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("nope")]
    [InlineData("nope.git")]
    [InlineData("nope.git#branch:folder")]
    public async Task A_build_from_a_URL(string path)
    {
        await using var server = new AskedServer("FROM busybox\nRUN true\n"u8.ToArray());
        var (status, body) = await daemon.HttpAsync(HttpMethod.Post, $"build?t=credentials:3&remote={Uri.EscapeDataString($"http://me:hushhush@127.0.0.1:{server.Port}/{path}")}");
        Assert.NotEmpty(server.Asked);
        Assert.Equal(path == "file", server.Asked.Contains(Sent));
        Assert.Equal(path == "file", status == 200 && !body.Contains("\"error\"", StringComparison.Ordinal));
        await NobodyKnowsAsync(body);
        await daemon.Docker.RunAsync("rmi", "credentials:3");
    }

    [Fact]
    public async Task A_file_that_a_build_adds()
    {
        await using var server = new AskedServer("content"u8.ToArray());
        var build = await daemon.Docker.FeedAsync($"FROM busybox\nADD http://me:hushhush@127.0.0.1:{server.Port}/file /added\n", "build", "-t", "credentials:4", "-");
        Assert.Equal(0, build.ExitCode);
        Assert.Contains(Sent, server.Asked);
        var failed = await daemon.Docker.FeedAsync("FROM busybox\nADD http://me:hushhush@127.0.0.1:1/file /added\n", "build", "-");
        Assert.Equal(1, failed.ExitCode);
        await NobodyKnowsAsync(build.Text + failed.Text + await daemon.Docker.DoAsync("history", "--no-trunc", "credentials:4"));
        await daemon.Docker.DoAsync("rmi", "credentials:4");
    }

    private async Task NobodyKnowsAsync(string told)
    {
        Assert.DoesNotContain("hushhush", told, StringComparison.Ordinal);
        Assert.DoesNotContain("hushhush", daemon.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("hushhush", await daemon.Docker.DoAsync("events", "--since", "1m", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}"), StringComparison.Ordinal);
    }
}

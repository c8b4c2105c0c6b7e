using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>ssh:// through a program named ssh that runs the far side here.</summary>
public sealed class SshTests : IDisposable
{
    private readonly SharedDaemon daemon;
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-ssh-").FullName;

    public SshTests(SharedDaemon daemon)
    {
        this.daemon = daemon;
        var ssh = Path.Combine(folder, "ssh");

        // What sshd does with the words behind the host's name: one string, for the user's shell.
        File.WriteAllText(ssh, $"""
            #!/bin/sh
            echo "$@" >> {folder}/calls
            while [ "$1" != -- ]; do shift; done
            [ "$2" = nowhere ] && echo "ssh: connect to host nowhere port 22: Connection refused" >&2 && exit 255
            shift 2
            PATH={folder}/far:/usr/bin:/bin DOCKER_HOST=unix://{daemon.Socket} exec sh -c "$*"
            """);
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(folder, "far"));
    }

    [Theory]
    [InlineData(Tool.Gantry, "gantry")]
    [InlineData(Tool.Gantry, "docker")]
    [InlineData(Tool.Docker, "docker")]
    public async Task Commands_and_streams_go_through(Tool tool, string farProgram)
    {
        File.CreateSymbolicLink(Path.Combine(folder, "far", farProgram), farProgram == "docker" && tool == Tool.Gantry ? Binaries.Docker ?? Binaries.Gantry : Binaries.Gantry);
        var client = daemon.By(tool);
        Assert.NotEmpty((await client.RunAsync(Through("ssh://me@far:2222"), null, "version", "-f", "{{.Server.Version}}")).Succeeded());
        Assert.StartsWith("-o ConnectTimeout=30 -T -l me -p 2222 -- far ", await File.ReadAllTextAsync(Path.Combine(folder, "calls"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("first\nlast", (await client.RunAsync(Through("ssh://far"), "first\nlast\n", "run", "--rm", "-i", "busybox", "cat")).Succeeded());
        var status = await client.RunAsync(Through("ssh://far"), "in\n", "run", "--rm", "-i", "busybox", "sh", "-c", "cat; sleep 0.3; echo after; exit 5");
        Assert.Equal((5, "in\nafter\n"), (status.ExitCode, status.Output));
    }

    [Fact]
    public async Task A_sockets_path_is_no_text_for_the_far_sides_shell()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "far", "gantry"), Binaries.Gantry);
        Assert.Equal(1, (await daemon.Gantry.RunAsync(Through($"ssh://far/none$(touch$IFS{folder}/marker)"), null, "ps")).ExitCode);
        Assert.False(File.Exists(Path.Combine(folder, "marker")));
    }

    [Fact]
    public async Task What_ssh_says_is_the_error()
    {
        var failed = await daemon.Gantry.RunAsync(Through("ssh://nowhere"), null, "ps");
        failed.Refused(1, "has exited with exit status 255");
        Assert.Contains("stderr=ssh: connect to host nowhere port 22: Connection refused", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dial_stdio_without_a_daemon_says_so() =>
        (await daemon.Gantry.RunAsync("-H", "unix:///nonexistent", "system", "dial-stdio")).Refused(1, "failed to open the raw stream connection");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Dictionary<string, string> Through(string host) => new()
    {
        ["DOCKER_HOST"] = host,
        ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}",
    };
}

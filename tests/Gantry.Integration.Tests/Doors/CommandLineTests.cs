using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>The published <c>gantry</c> as a program among others: in shells, as the host of plugins, with contexts, and with an index to search.</summary>
public sealed class CommandLineTests(DoorDaemon daemon) : IClassFixture<DoorDaemon>
{
    private const string Index = """
        {"num_results":2,"query":"web","results":[
         {"name":"web","description":"Official one, described at a length that does not fit into the column","star_count":30,"is_official":true},
         {"name":"me/web","description":"mine","star_count":2,"is_official":false}]}
        """;

    [Fact]
    public async Task Bash_completes_the_names_of_containers()
    {
        var name = "completed-" + daemon.Name;
        await daemon.Gantry.DoAsync("create", "--name", name, "busybox");
        const string Script = """
            source <("$1" completion bash)
            gantry() { "$program" "$@"; }
            program=$1; COMP_LINE="gantry rm completed-"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(gantry rm completed-); COMP_CWORD=2
            _gantry_complete 2>/dev/null
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        var completed = await Shell.RunAsync("/bin/bash", ["-c", Script, "bash", Binaries.Gantry], environment: Environment());

        Assert.Equal(name, completed.Succeeded());
        await daemon.Gantry.DoAsync("rm", name);
    }

    [Fact]
    public async Task A_plugin_gets_its_arguments_and_says_how_it_ends()
    {
        var config = Directory.CreateTempSubdirectory("gantry-plugins-").FullName;
        var plugin = Path.Combine(Directory.CreateDirectory(Path.Combine(config, "cli-plugins")).FullName, "docker-hello");
        await File.WriteAllTextAsync(plugin, """
            #!/bin/sh
            [ "$1" = docker-cli-plugin-metadata ] && { echo '{"SchemaVersion":"0.1.0","Vendor":"test","Version":"1","ShortDescription":"Says hello"}'; exit; }
            echo "$@"; cat; exit 7
            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var outcome = await Shell.RunAsync(Binaries.Gantry, ["hello", "--to", "you"], "typed", Environment(config));
        var help = await Shell.RunAsync(Binaries.Gantry, ["--help"], environment: Environment(config));

        Assert.Equal((7, "hello --to you\ntyped"), (outcome.ExitCode, outcome.Output));
        Assert.Contains("hello*", help.Succeeded(), StringComparison.Ordinal);
        Directory.Delete(config, recursive: true);
    }

    [Fact]
    public async Task Buildx_runs_as_a_plugin_where_it_is_installed()
    {
        string[] folders = ["/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/root/.cache/gantry-peers/root/usr/libexec/docker/cli-plugins"];
        var folder = Array.Find(folders, candidate => File.Exists(Path.Combine(candidate, "docker-buildx")));
        Assert.SkipWhen(folder is null, "docker-buildx is not installed");
        var config = Directory.CreateTempSubdirectory("gantry-buildx-").FullName;
        await File.WriteAllTextAsync(Path.Combine(config, "config.json"), $$"""{"cliPluginsExtraDirs":["{{folder}}"]}""");

        Assert.Contains("buildx", (await Shell.RunAsync(Binaries.Gantry, ["buildx", "version"], environment: Environment(config))).Succeeded(), StringComparison.Ordinal);
        Directory.Delete(config, recursive: true);
    }

    [Fact]
    public async Task A_context_goes_over_tls()
    {
        var config = Directory.CreateTempSubdirectory("gantry-contexts-").FullName;
        var certificates = daemon.Certificates("client");
        Dictionary<string, string> environment = new() { ["DOCKER_CONFIG"] = config, ["DOCKER_HOST"] = "" };
        (await RunAsync("context", "create", "far", "--docker", $"host={daemon.Url},ca={certificates}/ca.pem,cert={certificates}/cert.pem,key={certificates}/key.pem")).Succeeded();

        Assert.Equal("0.1.0", (await RunAsync("--context", "far", "version", "-f", "{{.Server.Version}}")).Succeeded());
        (await RunAsync("context", "use", "far")).Succeeded();
        Assert.Equal("hi", (await RunAsync("run", "--rm", "busybox", "echo", "hi")).Succeeded());
        (await RunAsync("context", "create", "bare", "--docker", $"host={daemon.Url}")).Succeeded();
        Assert.NotEqual(0, (await RunAsync("--context", "bare", "ps")).ExitCode);
        Directory.Delete(config, recursive: true);

        Task<Outcome> RunAsync(params string[] arguments) => Shell.RunAsync(Binaries.Gantry, arguments, environment: environment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--no-trunc")]
    [InlineData("--limit 1")]
    [InlineData("--filter stars=10")]
    [InlineData("--filter is-official=false")]
    [InlineData("--filter nope=1")]
    [InlineData("--limit 1000")]
    [InlineData("--format {{.Name}}:{{.StarCount}}:{{.IsOfficial}}")]
    public async Task Search_finds_what_the_index_has(string options)
    {
        using var index = new TcpListener(IPAddress.Loopback, 0);
        index.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(index, stop.Token);
        string[] arguments = ["search", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), $"127.0.0.1:{((IPEndPoint)index.LocalEndpoint).Port}/web"];

        var docker = await daemon.Docker.RunAsync(arguments);
        var gantry = await daemon.Gantry.RunAsync(arguments);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
        Assert.Equal(docker, gantry);
        Assert.Equal(!options.Contains("nope", StringComparison.Ordinal) && !options.Contains("1000", StringComparison.Ordinal), gantry.Output.Contains("web", StringComparison.Ordinal));
    }

    private Dictionary<string, string> Environment(string? config = null) => new() { ["DOCKER_HOST"] = "unix://" + daemon.Socket, ["DOCKER_CONFIG"] = config ?? daemon.Directory };

    // The daemon tries TLS first, which ends with an answer that is none.
    private static async Task ServeAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancellationToken);
            await using var stream = client.GetStream();
            var buffer = new byte[8192];
            var length = await stream.ReadAsync(buffer, cancellationToken);
            if (Encoding.ASCII.GetString(buffer, 0, length).StartsWith("GET /v1/search", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(Index)}\r\n\r\n{Index}"), cancellationToken);
            }
        }
    }
}

using System.Text.Json;

namespace Gantry.Daemon.Tests.EndToEnd;

/// <summary>docker build through the real buildx plugin, and compose through buildx.</summary>
[Trait("Ring", "integration")]
public sealed class BuildxTests : IClassFixture<PrivateDaemon>, IDisposable
{
    private const string Peers = "/root/.cache/gantry-peers/root/usr/libexec/docker/cli-plugins/";
    private const string TwoStages = "FROM busybox AS base\nRUN echo made > /made\nFROM busybox\nCOPY --from=base /made /made\nCOPY file /file\nRUN cat /made /file\n";

    private readonly PrivateDaemon daemon;
    private readonly string directory = Directory.CreateTempSubdirectory("gdt-buildx-").FullName;

    public BuildxTests(PrivateDaemon daemon)
    {
        this.daemon = daemon;
        var plugins = Directory.CreateDirectory(Path.Combine(directory, "config", "cli-plugins")).FullName;
        Link(plugins, "docker-buildx", Environment.GetEnvironmentVariable("GANTRY_BUILDX") ?? Peers + "docker-buildx");
        Link(plugins, "docker-compose", Environment.GetEnvironmentVariable("GANTRY_DOCKER_COMPOSE") ?? Peers + "docker-compose");
        Write("file", "from the context\n");
    }

    [Fact]
    public async Task Build_shows_its_steps_and_the_second_one_is_cached()
    {
        Write("Dockerfile", TwoStages.Replace("made", "first", StringComparison.Ordinal));
        var first = await BuildAsync("-t", "buildx:1", ".");
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("[stage-1 4/4] RUN cat /first /file", first.Error, StringComparison.Ordinal);
        Assert.Contains(" first\n", first.Error, StringComparison.Ordinal);
        Assert.Contains(" from the context\n", first.Error, StringComparison.Ordinal);
        Assert.Contains("naming to docker.io/library/buildx:1", first.Error, StringComparison.Ordinal);

        var second = await BuildAsync("-t", "buildx:1", ".");
        Assert.Equal(4, Count(second.Error, " CACHED\n"));
        Assert.Equal("from the context\n", (await daemon.DockerAsync("run", "--rm", "buildx:1", "cat", "/file")).Output);

        var fresh = await BuildAsync("--no-cache", "--target", "base", ".");
        Assert.Equal(0, fresh.ExitCode);
        Assert.Equal(0, Count(fresh.Error, " CACHED\n"));
        Assert.DoesNotContain("COPY", fresh.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_step_shows_its_output_and_its_exit_code()
    {
        Write("Dockerfile", "FROM busybox\nRUN echo before; exit 3\n");
        var build = await BuildAsync(".");
        Assert.Equal(1, build.ExitCode);
        Assert.Contains("before\n------\n", build.Error, StringComparison.Ordinal);
        Assert.EndsWith("failed to solve: process \"/bin/sh -c echo before; exit 3\" did not complete successfully: exit code: 3\n", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_Dockerfile_is_refused_with_its_line()
    {
        Write("Dockerfile", "FROM busybox\nFOO bar\n");
        var build = await BuildAsync(".");
        Assert.Equal(1, build.ExitCode);
        Assert.Contains("failed to solve: dockerfile parse error on line 2: unknown instruction: FOO", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_labels_secrets_and_named_contexts_reach_the_build()
    {
        Write("Dockerfile", "FROM busybox\nARG A=no\nCOPY --from=other note /note\nRUN --mount=type=secret,id=key echo \"$A $(cat /note) $(cat /run/secrets/key)\" > /all\n");
        Write("key", "sesame");
        Write("more/note", "noted");
        var build = await BuildAsync("-t", "buildx:args", "--build-arg", "A=yes", "--label", "ring=integration", "--secret", "id=key,src=key", "--build-context", "other=more", ".");
        Assert.True(build.ExitCode == 0, build.Error);
        Assert.Equal("yes noted sesame\n", (await daemon.DockerAsync("run", "--rm", "buildx:args", "cat", "/all")).Output);
        Assert.Equal("integration\n", (await daemon.DockerAsync("inspect", "-f", "{{.Config.Labels.ring}}", "buildx:args")).Output);
    }

    [Fact]
    public async Task A_required_secret_that_the_client_lacks_fails_the_build()
    {
        Write("Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=none,required=true echo x\n");
        Assert.Contains("secret none: not found", (await BuildAsync(".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ignore_list_beside_the_Dockerfile_wins_over_the_contexts()
    {
        Write("Dockerfile", "FROM busybox\nCOPY . /all\nRUN cd /all && echo found *\n");
        Write(".dockerignore", "config\nfile\n");
        var plain = await BuildWithTreeAsync();
        Assert.True(plain.Error.Contains("found Dockerfile tree\n", StringComparison.Ordinal), plain.Error);

        Write("Dockerfile.dockerignore", "*\n!tree/in/kept\n");
        Write("Dockerfile", "FROM busybox\nCOPY . /all\nRUN cd /all && echo found * tree/* tree/in/*\n");
        Assert.Contains("found tree tree/in tree/in/kept\n", (await BuildWithTreeAsync()).Error, StringComparison.Ordinal);

        Task<Outcome> BuildWithTreeAsync()
        {
            Write("tree/in/kept", "");
            Write("tree/in/left", "");
            return BuildAsync(".");
        }
    }

    [Fact]
    public async Task Quiet_prints_only_what_runs_and_files_tell_the_image()
    {
        Write("Dockerfile", TwoStages);
        var build = await RunAsync("build", "-q", "--iidfile", "iid", "--metadata-file", "metadata", ".");
        Assert.True(build.ExitCode == 0, build.Error);
        var id = build.Output.Trim();
        Assert.Equal("made\n", (await daemon.DockerAsync("run", "--rm", id, "cat", "/made")).Output);
        Assert.Equal(id, await File.ReadAllTextAsync(Path.Combine(directory, "iid"), TestContext.Current.CancellationToken));
        using var metadata = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "metadata"), TestContext.Current.CancellationToken));
        Assert.Equal((await daemon.DockerAsync("inspect", "-f", "{{.Id}}", id)).Output.Trim(), metadata.RootElement.GetProperty("containerimage.digest").GetString());
    }

    [Fact]
    public async Task A_Dockerfile_may_come_from_stdin()
    {
        Skip();
        var build = await daemon.RunAsync("/usr/local/bin/docker", ["--config", Path.Combine(directory, "config"), "-H", "unix://" + daemon.Socket, "buildx", "build", "--load", "-t", "buildx:stdin", "-f", "-", directory], "FROM busybox\nCOPY file /\n");
        Assert.True(build.ExitCode == 0, build.Error);
        Assert.Equal("from the context\n", (await daemon.DockerAsync("run", "--rm", "buildx:stdin", "cat", "/file")).Output);
    }

    [Fact]
    public async Task What_is_not_there_is_refused_by_name()
    {
        Write("Dockerfile", TwoStages);
        Assert.Contains("Gantry does not implement the exporter local", (await BuildAsync("--output", "type=local,dest=out", ".")).Error, StringComparison.Ordinal);
        Assert.Contains("Gantry does not implement the frontend request", (await BuildAsync("--check", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buildx_lists_inspects_and_measures_the_builder()
    {
        Assert.Contains("linux/", (await RunAsync("buildx", "ls")).Output, StringComparison.Ordinal);
        Assert.Contains("Status:           running", (await RunAsync("buildx", "inspect")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("buildx", "du")).ExitCode);
    }

    [Fact]
    public async Task Compose_builds_two_services_at_once()
    {
        Write("compose.yaml", "name: gdt-compose\nservices:\n  one:\n    build: ./one\n  two:\n    build:\n      context: ./two\n      args: {WORD: second}\n");
        Write("one/Dockerfile", "FROM busybox\nRUN echo first > /word\n");
        Write("two/Dockerfile", "FROM busybox\nARG WORD\nRUN echo $WORD > /word\n");
        Assert.Equal(0, (await RunAsync("compose", "-f", Path.Combine(directory, "compose.yaml"), "build")).ExitCode);
        Assert.Equal("first\n", (await daemon.DockerAsync("run", "--rm", "gdt-compose-one", "cat", "/word")).Output);
        Assert.Equal("second\n", (await daemon.DockerAsync("run", "--rm", "gdt-compose-two", "cat", "/word")).Output);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static void Link(string folder, string name, string target)
    {
        if (File.Exists(target))
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), target);
        }
    }

    private Task<Outcome> BuildAsync(params string[] arguments) => RunAsync(["build", "--progress", "plain", .. arguments]);

    // In the test's directory, with the plugins of its own configuration.
    private Task<Outcome> RunAsync(params string[] arguments)
    {
        Skip();
        return daemon.RunAsync("/usr/bin/env", ["-u", "DOCKER_BUILDKIT", "-C", directory, "/usr/local/bin/docker", "--config", "config", "-H", "unix://" + daemon.Socket, .. arguments]);
    }

    private void Skip() => Assert.SkipUnless(
        File.Exists(Path.Combine(directory, "config/cli-plugins/docker-buildx")) && File.Exists(Path.Combine(directory, "config/cli-plugins/docker-compose")),
        "no buildx or compose plugin: set GANTRY_BUILDX and GANTRY_DOCKER_COMPOSE");

    private void Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

namespace Gantry.Daemon.Tests.EndToEnd;

/// <summary>The real docker CLI, a real daemon, real containers.</summary>
[Trait("Ring", "integration")]
public sealed class DockerCliTests(PrivateDaemon daemon) : IClassFixture<PrivateDaemon>
{
    [Fact]
    public async Task Run_prints_both_streams_and_returns_the_containers_exit_code()
    {
        var run = await daemon.DockerAsync("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal(new Outcome(7, "out\n", "err\n"), run);
    }

    [Fact]
    public async Task Run_feeds_stdin_and_ends_with_it()
    {
        var run = await daemon.RunAsync("/usr/local/bin/docker", ["-H", "unix://" + daemon.Socket, "run", "--rm", "-i", "busybox", "cat"], "größer\nthan ascii\n");
        Assert.Equal(new Outcome(0, "größer\nthan ascii\n", ""), run);
    }

    [Fact]
    public async Task Exec_attaches_to_a_command_in_a_running_container()
    {
        await daemon.DockerAsync("run", "-d", "--name", "exec-me", "busybox", "sleep", "1000");
        Assert.Equal(new Outcome(4, "o\n", "e\n"), await daemon.DockerAsync("exec", "exec-me", "sh", "-c", "echo o; echo e >&2; exit 4"));
        var missing = await daemon.DockerAsync("exec", "exec-me", "nope");
        Assert.Equal(127, missing.ExitCode);
        Assert.Contains("executable file not found", missing.Output + missing.Error, StringComparison.Ordinal);
        await daemon.DockerAsync("rm", "-f", "exec-me");
    }

    [Fact]
    public async Task Logs_keep_streams_order_and_tail()
    {
        await daemon.DockerAsync("run", "--name", "logs-me", "busybox", "sh", "-c", "echo 1; echo 2 >&2; sleep 0.2; echo 3");
        Assert.Equal(new Outcome(0, "1\n3\n", "2\n"), await daemon.DockerAsync("logs", "logs-me"));
        Assert.Equal("3\n", (await daemon.DockerAsync("logs", "-f", "--tail", "1", "logs-me")).Output);
        await daemon.DockerAsync("rm", "logs-me");
    }

    [Fact]
    public async Task Inspect_and_list_show_what_was_asked_for()
    {
        await daemon.DockerAsync("create", "--name", "show-me", "-l", "ring=integration", "-m", "64m", "--restart", "on-failure:2", "busybox", "true");
        var inspect = await daemon.DockerAsync("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.State.Status}}", "show-me");
        Assert.Equal("67108864 2 created\n", inspect.Output);
        Assert.Equal("show-me Created\n", (await daemon.DockerAsync("ps", "-a", "--filter", "label=ring", "--format", "{{.Names}} {{.Status}}")).Output);
        await daemon.DockerAsync("rm", "show-me");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cp_goes_both_ways_through_volumes_and_never_out_of_the_container(bool running)
    {
        var folder = Directory.CreateTempSubdirectory("cp");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "in"), "content\n");
            await daemon.DockerAsync("create", "--name", "cp-me", "-v", "cp-volume:/volume", "-v", $"{folder.FullName}:/readonly:ro", "busybox", "sh", "-c", "ln -s / /away; ln -s /volume /link; exec sleep 1000");
            await daemon.DockerAsync("start", "cp-me");
            await daemon.DockerAsync("exec", "cp-me", "sh", "-c", "until [ -L /link ]; do sleep 0.05; done");
            if (!running)
            {
                await daemon.DockerAsync("kill", "cp-me");
            }

            Assert.Equal(0, (await daemon.DockerAsync("cp", Path.Combine(folder.FullName, "in"), "cp-me:/link/put")).ExitCode);
            Assert.Equal("content\n", (await daemon.DockerAsync("run", "--rm", "-v", "cp-volume:/v", "busybox", "cat", "/v/put")).Output);
            Assert.Equal(0, (await daemon.DockerAsync("cp", "cp-me:/volume/put", Path.Combine(folder.FullName, "out"))).ExitCode);
            Assert.Equal("content\n", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "out")));

            var inside = Path.GetRandomFileName();
            Assert.Equal(0, (await daemon.DockerAsync("cp", Path.Combine(folder.FullName, "in"), $"cp-me:/away/{inside}")).ExitCode);
            Assert.False(File.Exists("/" + inside));
            Assert.Contains("mounted volume is marked read-only", (await daemon.DockerAsync("cp", Path.Combine(folder.FullName, "in"), "cp-me:/readonly/x")).Error, StringComparison.Ordinal);
            Assert.Equal("Error response from daemon: Could not find the file /nope in container cp-me\n", (await daemon.DockerAsync("cp", "cp-me:/nope", folder.FullName)).Error);
            Assert.Equal(running ? 0 : 1, (await daemon.DockerAsync("exec", "cp-me", "cat", "/volume/put")).ExitCode);
        }
        finally
        {
            await daemon.DockerAsync("rm", "-f", "cp-me");
            await daemon.DockerAsync("volume", "rm", "cp-volume");
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Build_prints_steps_and_tags()
    {
        var build = await daemon.RunAsync("/usr/local/bin/docker", ["-H", "unix://" + daemon.Socket, "build", "-t", "built:1", "-"], "FROM busybox\nRUN echo inside\n");
        Assert.Equal(0, build.ExitCode);
        Assert.Contains("Step 1/2 : FROM busybox\n", build.Output, StringComparison.Ordinal);
        Assert.Contains("Step 2/2 : RUN echo inside\n", build.Output, StringComparison.Ordinal);
        Assert.Contains("\ninside\n", build.Output, StringComparison.Ordinal);
        Assert.EndsWith("Successfully tagged built:1\n", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_build_says_why()
    {
        var build = await daemon.RunAsync("/usr/local/bin/docker", ["-H", "unix://" + daemon.Socket, "build", "-"], "FROM busybox\nRUN exit 3\n");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("returned a non-zero code: 3", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_tells_clients_of_the_containerd_image_store()
    {
        var info = await daemon.DockerAsync("info", "-f", "{{.Driver}} {{.DriverStatus}} {{.Swarm.LocalNodeState}}");
        Assert.Equal("overlayfs [[driver-type io.containerd.snapshotter.v1]] inactive\n", info.Output);
    }

    [Fact]
    public async Task A_second_daemon_on_the_data_root_is_refused_in_one_line()
    {
        var data = Path.Combine(Path.GetDirectoryName(daemon.Socket)!, "data");
        var second = await daemon.RunAsync(Path.Combine(AppContext.BaseDirectory, "gantryd"), ["-H", "unix://" + daemon.Socket + "2", "--data-root", data]);
        Assert.Equal(1, second.ExitCode);
        Assert.Equal($"failed to start daemon: another gantryd is running on data root {data} (lock file {data}/gantryd.lock is held)\n", second.Error);
    }

    [Fact]
    public async Task A_stop_is_quick_in_spite_of_streams_and_containers_outlive_it()
    {
        await daemon.DockerAsync("run", "-d", "--name", "outlive", "busybox", "sh", "-c", "while true; do echo tick; sleep 1; done");
        var follow = daemon.DockerAsync("logs", "-f", "outlive");
        var attach = daemon.DockerAsync("attach", "outlive");
        var events = daemon.DockerAsync("events");
        await Task.Delay(500, TestContext.Current.CancellationToken);

        var (exitCode, elapsed) = await daemon.StopAsync();
        await Task.WhenAll(follow, attach, events);
        Assert.Equal(0, exitCode);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        await daemon.StartAsync();
        Assert.Equal("true\n", (await daemon.DockerAsync("inspect", "-f", "{{.State.Running}}", "outlive")).Output);
        Assert.Equal("again\n", (await daemon.DockerAsync("exec", "outlive", "echo", "again")).Output);
        await daemon.DockerAsync("rm", "-f", "outlive");
    }
}

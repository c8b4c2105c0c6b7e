using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class LifecycleTests
{
    [Fact]
    public async Task A_container_runs_and_its_exit_code_and_output_arrive()
    {
        await using var host = new TestHost();
        var (output, code) = await host.OutputAsync(host.Shell("echo out; echo err >&2; exit 7"));
        Assert.Equal(7, code);
        var entries = await host.LogAsync();
        Assert.Equal([(LogSource.Stdout, "out\n"), (LogSource.Stderr, "err\n")], entries.Select(entry => (entry.Source, TestHost.Text(entry))).OrderBy(entry => entry.Source));
        Assert.True(entries.All(entry => entry.TimeText.Length == 30));
    }

    [Fact]
    public async Task A_killed_container_exits_with_128_and_the_signal()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Spec("sleep", "100"), default);
        await container.StartAsync(default);
        await container.KillAsync(Signal.SIGKILL, default);
        var exit = await container.Exited.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(137, exit.Code);
        Assert.False(exit.OomKilled);
        await container.KillAsync(Signal.SIGTERM, default);
        await container.DeleteAsync(false, default);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Signals_reach_the_process()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("trap 'echo got; exit 3' TERM; echo ready; while :; do sleep 0.01; done"), default);
        await using var streams = await container.AttachAsync(AttachStreams.Stdout, default);
        await container.StartAsync(default);
        await streams.Output.ReadAtLeastAsync(new byte[14], 14);
        await container.KillAsync(Signal.SIGTERM, default);
        Assert.Equal(3, (await container.Exited.WaitAsync(TimeSpan.FromSeconds(5))).Code);
        await container.DeleteAsync(false, default);
    }

    [Theory]
    [InlineData("foo", true, "exec: \"foo\": executable file not found in $PATH")]
    [InlineData("/foo", true, "exec: \"/foo\": stat /foo: no such file or directory")]
    [InlineData("/etc/text", false, "exec: \"/etc/text\": permission denied")]
    [InlineData("/etc", false, "exec: \"/etc\": is a directory: permission denied")]
    public async Task What_cannot_be_run_is_told_in_Dockers_words_and_leaves_nothing(string executable, bool notFound, string message)
    {
        await using var host = new TestHost();
        var error = await Assert.ThrowsAsync<RuntimeException>(() => host.Runtime.CreateAsync(host.Spec(executable), default));
        Assert.Equal(
            "failed to create task for container: failed to create shim task: OCI runtime create failed: crun create failed: unable to start container process: error during container init: " + message,
            error.Message);
        Assert.Equal((notFound, !notFound), (error.NotFound, error.NotExecutable));
    }

    [Fact]
    public async Task A_missing_mount_source_fails_and_leaves_nothing()
    {
        await using var host = new TestHost();
        var spec = host.Spec("true") with { Mounts = [new MountSpec("bind", "/no/such/place", "/mnt", ["rbind"])] };
        var error = await Assert.ThrowsAsync<RuntimeException>(() => host.Runtime.CreateAsync(spec, default));
        Assert.False(error.NotFound || error.NotExecutable);
        Assert.Contains("/no/such/place", error.Message);
    }

    [Fact]
    public async Task A_container_that_was_never_started_can_be_deleted_by_force()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Spec("true"), default);
        Assert.True(container.Pid > 0);
        await Assert.ThrowsAsync<GantryException>(() => container.DeleteAsync(false, default));
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task The_same_id_can_be_created_again_after_its_end()
    {
        await using var host = new TestHost();
        var spec = host.Shell("exit 4");
        var container = await host.Runtime.CreateAsync(spec, default);
        await container.StartAsync(default);
        await container.Exited;
        await Assert.ThrowsAsync<GantryException>(async () =>
        {
            var second = await host.Runtime.CreateAsync(spec, default);
            await Assert.ThrowsAsync<GantryException>(() => host.Runtime.CreateAsync(spec, default));
            await second.DeleteAsync(true, default);
            throw GantryException.Conflict("as expected");
        });
    }

    [Fact]
    public async Task Pause_stops_it_resume_continues_it_and_kill_works_while_paused()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("while :; do echo x; sleep 0.01; done"), default);
        await container.StartAsync(default);
        await Task.Delay(100);
        await container.PauseAsync(default);
        var size = new FileInfo(host.LogPath).Length;
        await Task.Delay(100);
        Assert.Equal(size, new FileInfo(host.LogPath).Length);
        await container.ResumeAsync(default);
        await Task.Delay(100);
        Assert.True(new FileInfo(host.LogPath).Length > size);
        await container.PauseAsync(default);
        await container.KillAsync(Signal.SIGKILL, default);
        Assert.Equal(137, (await container.Exited.WaitAsync(TimeSpan.FromSeconds(5))).Code);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task In_the_hosts_pid_namespace_background_processes_end_with_the_container()
    {
        await using var host = new TestHost();
        var spec = host.Shell("sleep 1000 & exit 5") with { PidMode = "host" };
        var exit = await host.RunAsync(spec);
        Assert.Equal(5, exit.Code);
    }

    [Fact]
    public async Task An_init_is_put_before_the_command()
    {
        await using var host = new TestHost();
        await host.Runtime.DisposeAsync();
        var init = Path.Combine(host.Folder, "init");
        File.WriteAllText(init, "#!/bin/sh\nshift\necho init\nexec \"$@\"\n");
        File.SetUnixFileMode(init, (UnixFileMode)0x1ed);
        host.Runtime = new ContainerRuntime(host.Options with { InitPath = init });
        var (output, code) = await host.OutputAsync(host.Shell("echo main; exit 6") with { Init = true });
        Assert.Equal(("init\nmain\n", 6), (output, code));
    }
}

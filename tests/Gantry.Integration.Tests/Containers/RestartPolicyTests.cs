using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class RestartPolicyTests(SharedDaemon daemon)
{
    [Fact]
    public async Task Always_comes_back_after_its_process_was_killed_but_not_after_a_stop()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "stubborn", "--restart", "always", "busybox", "sleep", "1000");
        var pid = await daemon.InspectAsync("stubborn", "{{.State.Pid}}");
        (await Shell.RunAsync("/bin/kill", ["-9", pid])).Succeeded();
        await Eventually.EqualAsync("running 1", () => daemon.InspectAsync("stubborn", "{{.State.Status}} {{.RestartCount}}"));
        Assert.NotEqual(pid, await daemon.InspectAsync("stubborn", "{{.State.Pid}}"));
        await daemon.Either.DoAsync("stop", "-t", "0", "stubborn");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal("exited", await daemon.InspectAsync("stubborn", "{{.State.Status}}"));
        await daemon.Either.DoAsync("rm", "stubborn");
    }

    [Fact]
    public async Task On_failure_tries_as_often_as_it_says()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "failing", "--restart", "on-failure:3", "busybox", "sh", "-c", "echo try; exit 7");
        await Eventually.EqualAsync("exited 3 7", () => daemon.InspectAsync("failing", "{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}}"));
        Assert.Equal("try\ntry\ntry\ntry", await daemon.Either.DoAsync("logs", "failing"));
        await daemon.Either.DoAsync("run", "--name", "fine", "--restart", "on-failure:3", "busybox", "true");
        Assert.Equal("exited 0", await daemon.InspectAsync("fine", "{{.State.Status}} {{.RestartCount}}"));
        await daemon.Either.DoAsync("rm", "failing", "fine");
    }

    [Fact]
    public async Task A_container_between_two_tries_can_be_stopped_and_removed()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "crash-loop", "--restart", "always", "busybox", "false");
        await Eventually.EqualAsync("restarting", () => daemon.InspectAsync("crash-loop", "{{.State.Status}}"));
        await daemon.Either.DoAsync("stop", "crash-loop");
        Assert.Equal("exited", await daemon.InspectAsync("crash-loop", "{{.State.Status}}"));
        await daemon.Either.DoAsync("start", "crash-loop");
        await daemon.Either.DoAsync("rm", "-f", "crash-loop");
    }

    [Fact]
    public async Task Rm_and_a_restart_policy_exclude_each_other() =>
        (await daemon.Either.RunAsync("run", "--rm", "--restart", "always", "busybox")).Refused(125, "conflicting options");
}

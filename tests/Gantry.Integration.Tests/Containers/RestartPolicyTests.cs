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

    [Theory]
    [InlineData("stop", "-t", "0")]
    [InlineData("kill", "-s", "KILL")]
    public async Task A_container_with_rm_is_restarted_and_removed_when_it_ends(params string[] end)
    {
        var name = "rm-" + end[0];
        var id = await daemon.Either.DoAsync("run", "-d", "--rm", "--name", name, "busybox", "sleep", "1000");
        var pid = await daemon.InspectAsync(name, "{{.State.Pid}}");
        await daemon.Either.DoAsync("restart", "-t", "0", name);
        Assert.Equal(id, await daemon.InspectAsync(name, "{{.Id}}"));
        Assert.NotEqual(pid, await daemon.InspectAsync(name, "{{.State.Pid}}"));
        await daemon.Either.DoAsync([.. end, name]);
        await Eventually.EqualAsync("", () => daemon.Either.DoAsync("ps", "-aq", "--filter", "name=" + name));
    }

    [Fact]
    public async Task A_container_with_rm_takes_no_restart_policy_later()
    {
        var id = await daemon.Either.DoAsync("create", "--rm", "--name", "no-policy", "busybox");
        Assert.Equal(
            (409, $"Cannot update container {id}: Restart policy cannot be updated because AutoRemove is enabled for the container"),
            await daemon.RefusalAsync(HttpMethod.Post, "containers/no-policy/update", """{"RestartPolicy":{"Name":"always"}}"""));
        await daemon.Either.DoAsync("rm", "no-policy");
    }

    [Fact]
    public async Task A_restart_that_fails_says_that_it_was_one()
    {
        await daemon.Either.DoAsync("create", "--name", "no-restart", "busybox", "nope");
        var (status, message) = await daemon.RefusalAsync(HttpMethod.Post, "containers/no-restart/restart");
        Assert.Equal(500, status);
        Assert.StartsWith("Cannot restart container no-restart: failed to create task for container", message, StringComparison.Ordinal);
        Assert.Equal((404, "No such container: nowhere"), await daemon.RefusalAsync(HttpMethod.Post, "containers/nowhere/restart"));
        await daemon.Either.DoAsync("rm", "no-restart");
    }

    [Fact]
    public async Task The_stop_signal_sent_right_after_the_start_arrives_and_ends_the_policy()
    {
        for (var round = 0; round < 10; round++)
        {
            await daemon.HttpAsync(HttpMethod.Post, "containers/create?name=hasty", """{"Image":"busybox","Cmd":["sh","-c","trap 'exit 9' USR1; while :; do usleep 10; done"],"StopSignal":"USR1","HostConfig":{"RestartPolicy":{"Name":"always"}}}""");
            await daemon.HttpAsync(HttpMethod.Post, "containers/hasty/start");
            Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Post, "containers/hasty/kill?signal=USR1")).Status);
            await Eventually.EqualAsync("exited 9", () => daemon.InspectAsync("hasty", "{{.State.Status}} {{.State.ExitCode}}"));
            await daemon.HttpAsync(HttpMethod.Delete, "containers/hasty");
        }
    }
}

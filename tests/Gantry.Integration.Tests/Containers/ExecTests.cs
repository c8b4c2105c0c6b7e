using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class ExecTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Exec_has_streams_stdin_user_environment_and_exit_code(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"exec-{tool}";
        await client.DoAsync("run", "-d", "--name", name, "-e", "FROM=container", "busybox", "sleep", "1000");
        Assert.Equal(new Outcome(4, "o\n", "e\n"), await client.RunAsync("exec", name, "sh", "-c", "echo o; echo e >&2; exit 4"));
        Assert.Equal(new Outcome(0, "typed\n", ""), await client.FeedAsync("typed\n", "exec", "-i", name, "cat"));
        Assert.Equal("app container exec /tmp", await client.DoAsync("exec", "-u", "app", "-e", "OWN=exec", "-w", "/tmp", name, "sh", "-c", "echo $(id -un) $FROM $OWN $(pwd)"));
        (await client.RunAsync("exec", name, "nope")).Refused(127, "executable file not found");
        (await client.RunAsync("exec", name, "/etc/passwd")).Refused(126, "permission denied");
        (await client.RunAsync("exec", "-w", "rel", name, "true")).Refused(128, "Cwd must be an absolute path");
        Assert.Equal(137, (await client.RunAsync("exec", name, "sh", "-c", "kill -9 $$")).ExitCode);
        await client.DoAsync("exec", "-d", name, "sh", "-c", "echo done > /tmp/detached");
        await Eventually.EqualAsync("done", async () => (await client.RunAsync("exec", name, "cat", "/tmp/detached")).Output.Trim());
        await client.DoAsync("rm", "-f", name);
        (await client.RunAsync("exec", name, "true")).Refused(1, $"No such container: {name}");
    }

    [Fact]
    public async Task Exec_in_a_stopped_or_paused_container_is_refused()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "exec-refused", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("pause", "exec-refused");
        (await daemon.Either.RunAsync("exec", "exec-refused", "true")).Refused(1, "is paused, unpause the container before exec");
        Assert.Equal("paused", await daemon.InspectAsync("exec-refused", "{{.State.Status}}"));
        await daemon.Either.DoAsync("unpause", "exec-refused");
        await daemon.Either.DoAsync("kill", "exec-refused");
        await daemon.Either.RunAsync("wait", "exec-refused");
        (await daemon.Either.RunAsync("exec", "exec-refused", "true")).Refused(1, "is not running");
        await daemon.Either.DoAsync("rm", "exec-refused");
    }
}

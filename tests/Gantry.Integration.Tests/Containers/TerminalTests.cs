using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>The command lines in a real pseudo-terminal (script(1)).</summary>
public sealed class TerminalTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Run_it_gives_the_container_a_terminal_of_the_callers_size(Tool tool)
    {
        var run = await daemon.By(tool).InTerminalAsync(
            ["run", "--rm", "-it", "busybox", "sh", "-c", "sleep 0.3; test -t 0 && test -t 1 && echo a terminal; stty size; echo ask?; read x; echo got $x; exit 6"],
            ("ask?", "answer\r"));
        Assert.Contains("a terminal\r\n33 101\r\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("got answer\r\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(6, run.ExitCode);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Control_c_in_a_terminal_interrupts_inside(Tool tool)
    {
        var run = await daemon.By(tool).InTerminalAsync(["run", "--rm", "-it", "busybox", "sh", "-c", "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.05; done"], ("ready", "\u0003"));
        Assert.Contains("caught", run.Output, StringComparison.Ordinal);
        Assert.Equal(9, run.ExitCode);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task The_detach_keys_leave_the_container_running_and_attach_comes_back(Tool tool)
    {
        var name = $"detach-{tool}";
        var run = await daemon.By(tool).InTerminalAsync(["run", "-it", "--name", name, "busybox", "sh", "-c", "echo ready; read x; echo got $x; exit 4"], ("ready", "\u0010\u0011"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("true", await daemon.InspectAsync(name, "{{.State.Running}}"));
        var attach = await daemon.By(tool).InTerminalAsync(["attach", name], ("", "again\r"));
        Assert.Contains("got again", attach.Output, StringComparison.Ordinal);
        Assert.Equal(4, attach.ExitCode);
        await daemon.Gantry.DoAsync("rm", name);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Exec_it_has_a_terminal_of_its_own(Tool tool)
    {
        var name = $"exec-it-{tool}";
        await daemon.Gantry.DoAsync("run", "-d", "--name", name, "busybox", "sleep", "1000");
        var exec = await daemon.By(tool).InTerminalAsync(["exec", "-it", name, "sh", "-c", "sleep 0.3; stty size; echo ask?; read x; echo got $x; exit 8"], ("ask?", "it\r"));
        Assert.Contains("33 101\r\n", exec.Output, StringComparison.Ordinal);
        Assert.Contains("got it", exec.Output, StringComparison.Ordinal);
        Assert.Equal(8, exec.ExitCode);
        await daemon.Gantry.DoAsync("rm", "-f", name);
    }

    [Fact]
    public async Task Resize_changes_the_containers_terminal()
    {
        await daemon.Gantry.DoAsync("run", "-dt", "--name", "resized", "busybox", "sleep", "1000");
        Assert.Equal(200, (await daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/resized/resize?h=42&w=137")).Status);
        Assert.Equal("42 137", await daemon.Gantry.DoAsync("exec", "resized", "sh", "-c", "stty size < /dev/console"));
        await daemon.Gantry.DoAsync("rm", "-f", "resized");
    }
}

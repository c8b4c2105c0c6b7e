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

    [Fact]
    public async Task A_start_that_asks_for_frames_gets_them_from_a_terminal_and_raw_bytes_come_without()
    {
        await daemon.Gantry.DoAsync("run", "-d", "--name", "framed", "busybox", "sleep", "1000");
        for (var round = 0; round < 10; round++)
        {
            // Also a program that looks at once sees the size.
            Assert.Contains("\r\n\r\n\u0001\0\0\0\0\0\0\u000857 123\r\n", await StartExecAsync("""{"Tty":true,"ConsoleSize":[57,123],"AttachStdout":true,"Cmd":["stty","size"]}""", "{}"), StringComparison.Ordinal);
        }

        Assert.Contains("\r\n\r\n10 20\r\n", await StartExecAsync("""{"Tty":true,"AttachStdout":true,"Cmd":["stty","size"]}""", """{"Tty":true,"ConsoleSize":[10,20]}"""), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nout\n", await StartExecAsync("""{"AttachStdout":true,"AttachStderr":true,"Cmd":["sh","-c","echo err >&2; echo out"]}""", """{"Tty":true}"""), StringComparison.Ordinal);
        await daemon.Gantry.DoAsync("rm", "-f", "framed");
    }

    [Fact]
    public async Task An_exec_is_resized_only_while_it_and_its_container_run()
    {
        await daemon.Gantry.DoAsync("run", "-d", "--name", "resizing", "busybox", "sleep", "1000");
        var id = await CreateExecAsync("""{"Tty":true,"Cmd":["sleep","1000"]}""");
        var early = daemon.HttpAsync(HttpMethod.Post, $"exec/{id}/resize?h=10&w=20");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(early.IsCompleted, "a resize waits for the start");
        await daemon.HttpAsync(HttpMethod.Post, $"exec/{id}/start", """{"Detach":true}""");
        Assert.Equal(200, (await early).Status);
        Assert.Equal((400, "invalid resize height \"-5\": value out of range"), await daemon.RefusalAsync(HttpMethod.Post, $"exec/{id}/resize?h=-5&w=20"));
        var ended = await CreateExecAsync("""{"Tty":true,"Cmd":["true"]}""");
        await daemon.HttpAsync(HttpMethod.Post, $"exec/{ended}/start", """{"Detach":true}""");
        await Eventually.EqualAsync(404, async () => (await daemon.HttpAsync(HttpMethod.Post, $"exec/{ended}/resize?h=10&w=20")).Status);
        await daemon.Gantry.DoAsync("kill", "resizing");
        var (status, message) = await daemon.RefusalAsync(HttpMethod.Post, $"exec/{id}/resize?h=10&w=20");
        Assert.Equal(409, status);
        Assert.EndsWith(" is not running", message, StringComparison.Ordinal);
        await daemon.Gantry.DoAsync("rm", "resizing");

        async Task<string> CreateExecAsync(string body) => IdOf(await daemon.HttpAsync(HttpMethod.Post, "containers/resizing/exec", body));
    }

    private static string IdOf((int Status, string Body) created) => created.Body.Split('"')[3];

    private async Task<string> StartExecAsync(string create, string start)
    {
        var id = IdOf(await daemon.HttpAsync(HttpMethod.Post, "containers/framed/exec", create));
        using var request = await RawRequest.SendAsync(daemon, $"POST /exec/{id}/start", "application/json", start.Length, System.Text.Encoding.ASCII.GetBytes(start));
        return await request.ReadToEndAsync();
    }
}

using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class ExecTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_exec_runs_in_the_container_with_its_own_streams_and_code()
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        await using var exec = await container.ExecAsync(Spec("sh", "-c", "echo out; echo err >&2; cat; exit 9") with { OpenStdin = true }, default);
        await using var client = await exec.AttachAsync(AttachStreams.All, default);
        await exec.StartAsync(default);
        Assert.True(exec.Pid > 0);
        Assert.Contains(exec.Pid, container.Pids());
        await client.Input.WriteAsync("typed\n"u8.ToArray());
        client.CloseInput();
        Assert.Equal(("out\ntyped\n", "err\n"), await StreamTests.FramesAsync(client));
        Assert.Equal(9, (await exec.Exited.WaitAsync(Soon)).Code);
        await container.DeleteAsync(true, default);
    }

    [Theory]
    [InlineData("foo", 127, "OCI runtime exec failed: exec failed: unable to start container process: exec: \"foo\": executable file not found in $PATH")]
    [InlineData("/etc/text", 126, "OCI runtime exec failed: exec failed: unable to start container process: exec: \"/etc/text\": permission denied")]
    public async Task What_cannot_be_executed_is_told_in_Dockers_words(string executable, int code, string message)
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        await using var exec = await container.ExecAsync(Spec(executable), default);
        var error = await Assert.ThrowsAsync<RuntimeException>(() => exec.StartAsync(default));
        Assert.Equal(message, error.Message);
        Assert.Equal(code, (await exec.Exited.WaitAsync(Soon)).Code);
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task A_terminal_exec_can_be_resized()
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        var spec = Spec("sh", "-c", "read x; stty size");
        spec = spec with { OpenStdin = true, Process = spec.Process with { Terminal = true, InitialSize = new TerminalSize(90, 20) } };
        await using var exec = await container.ExecAsync(spec, default);
        await using var client = await exec.AttachAsync(AttachStreams.All, default);
        await client.Input.WriteAsync("go\n"u8.ToArray());
        await exec.StartAsync(default);
        var output = await new StreamReader(client.Output).ReadToEndAsync().WaitAsync(Soon);
        Assert.EndsWith("20 90\r\n", output);
        await exec.Exited.WaitAsync(Soon);
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task A_background_job_does_not_keep_the_exec_open()
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        await using var exec = await container.ExecAsync(Spec("sh", "-c", "sleep 100 & echo done"), default);
        await using var client = await exec.AttachAsync(AttachStreams.All, default);
        await exec.StartAsync(default);
        Assert.Equal(("done\n", ""), await StreamTests.FramesAsync(client));
        Assert.Equal(0, (await exec.Exited.WaitAsync(TimeSpan.FromSeconds(2))).Code);
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task Execs_end_with_their_container_and_a_user_gets_no_capabilities()
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        var spec = Spec("sh", "-c", "id -u; grep CapEff /proc/self/status; sleep 100");
        await using var exec = await container.ExecAsync(spec with { Process = spec.Process with { Uid = 12 } }, default);
        await using var client = await exec.AttachAsync(AttachStreams.All, default);
        await exec.StartAsync(default);
        await Task.Delay(100);
        await container.KillAsync(Signal.SIGKILL, default);
        Assert.Equal(137, (await exec.Exited.WaitAsync(Soon)).Code);
        Assert.Equal(("12\nCapEff:\t0000000000000000\n", ""), await StreamTests.FramesAsync(client));
        await container.Exited.WaitAsync(Soon);
        await container.DeleteAsync(false, default);
        await Assert.ThrowsAsync<GantryException>(() => container.ExecAsync(Spec("true"), default));
    }

    [Fact]
    public async Task A_created_exec_that_is_let_go_leaves_nothing()
    {
        await using var host = new TestHost();
        var container = await StartAsync(host);
        var exec = await container.ExecAsync(Spec("true"), default);
        await exec.DisposeAsync();
        await container.DeleteAsync(true, default);
    }

    private static async Task<ContainerProcess> StartAsync(TestHost host)
    {
        var container = await host.Runtime.CreateAsync(host.Spec("sleep", "1000"), default);
        await container.StartAsync(default);
        return container;
    }

    private static ExecSpec Spec(params string[] args) => new()
    {
        ExecId = ContainerId.New().ToString(),
        Process = new ProcessSpec { Args = args, Env = ["PATH=/bin"] },
    };
}

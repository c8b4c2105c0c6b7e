using System.Diagnostics;
using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Tests;

/// <summary>The daemon dies by kill -9: a second process of this very program plays it (see <see cref="Daemon"/>).</summary>
[Trait("Ring", "integration")]
public sealed class RestartTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_running_container_outlives_its_daemon_and_is_found_again()
    {
        await using var host = new TestHost();
        var spec = host.Shell("i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); sleep 0.005; done; exit 21");
        await LoseDaemonAsync(host, spec);
        var container = await host.Runtime.ReconnectAsync(spec.Id, default);
        Assert.NotNull(container);
        Assert.True(container.Pid > 0 && !container.Exited.IsCompleted);
        await using (var client = await container.AttachAsync(AttachStreams.Stdout, default))
        {
            Assert.EndsWith("line 299\n", (await StreamTests.FramesAsync(client)).Stdout);
        }

        Assert.Equal(21, (await container.Exited.WaitAsync(Soon)).Code);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"line {i}\n"), (await host.LogAsync()).Select(TestHost.Text));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task A_container_that_ended_meanwhile_has_left_its_exit_and_log()
    {
        await using var host = new TestHost();
        var spec = host.Shell("sleep 0.3; echo late; exit 22");
        await LoseDaemonAsync(host, spec);
        await Task.Delay(600);
        Assert.Equal([spec.Id], host.Runtime.Known());
        var container = await host.Runtime.ReconnectAsync(spec.Id, default);
        Assert.True(container!.Exited.IsCompleted);
        Assert.Equal(22, (await container.Exited).Code);
        Assert.Equal("late\n", TestHost.Text(Assert.Single(await host.LogAsync())));
        await container.DeleteAsync(false, default);
        Assert.Null(await host.Runtime.ReconnectAsync(spec.Id, default));
    }

    [Fact]
    public async Task An_exec_can_be_run_in_a_container_found_again()
    {
        await using var host = new TestHost();
        var spec = host.Spec("sleep", "1000");
        await LoseDaemonAsync(host, spec);
        var container = await host.Runtime.ReconnectAsync(spec.Id, default);
        await using var exec = await container!.ExecAsync(
            new ExecSpec { ExecId = ContainerId.New().ToString(), Process = new ProcessSpec { Args = ["sh", "-c", "exit 23"], Env = ["PATH=/bin"] } }, default);
        await exec.StartAsync(default);
        Assert.Equal(23, (await exec.Exited.WaitAsync(Soon)).Code);
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task When_the_monitor_is_killed_the_container_is_too()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Spec("sleep", "1000"), default);
        await container.StartAsync(default);
        var monitor = int.Parse(File.ReadLines($"/proc/{container.Pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim());
        Assert.Equal(host.Options.MonitorPath, new FileInfo($"/proc/{monitor}/exe").LinkTarget);
        _ = ChildProcess.Kill(monitor, Signal.SIGKILL);
        Assert.Equal(137, (await container.Exited.WaitAsync(Soon)).Code);
        Assert.Empty(container.Pids());
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task A_monitor_is_its_own_session_and_stays_small()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("seq 1 1000; sleep 1000"), default);
        await container.StartAsync(default);
        await Task.Delay(100);
        var monitor = File.ReadLines($"/proc/{container.Pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim();
        Assert.Equal(monitor, File.ReadAllText($"/proc/{monitor}/stat").Split(' ')[5]);
        var anonymous = File.ReadLines($"/proc/{monitor}/smaps_rollup").First(line => line.StartsWith("Anonymous:", StringComparison.Ordinal));
        Assert.InRange(int.Parse(anonymous.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), 1, 1500);
        await container.DeleteAsync(true, default);
    }

    private static async Task LoseDaemonAsync(TestHost host, LaunchSpec spec)
    {
        string[] fields =
        [
            host.Options.StateDirectory, host.Options.MonitorPath, host.Options.CgroupParent, spec.Id.ToString(), spec.RootDirectory, host.LogPath, .. spec.Process.Args,
        ];
        using var daemon = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            Environment = { ["GANTRY_TEST_DAEMON"] = string.Join('|', fields) },
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("started", await daemon.StandardOutput.ReadLineAsync());
        daemon.Kill();
        await daemon.WaitForExitAsync();
    }
}

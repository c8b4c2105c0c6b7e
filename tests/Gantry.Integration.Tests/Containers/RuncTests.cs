using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>The other OCI runtime, driven through the same engine.</summary>
public sealed class RuncTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_container_by_runc_runs_execs_pauses_stops_and_is_killed()
    {
        var installed = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "runc")));
        Assert.SkipUnless(installed, "no runc on PATH");
        Assert.Equal("out", await daemon.Either.DoAsync("run", "--rm", "--runtime", "runc", "busybox", "echo", "out"));
        Assert.Equal(127, (await daemon.Either.RunAsync("run", "--rm", "--runtime", "runc", "busybox", "nosuch")).ExitCode);
        await daemon.Either.DoAsync("run", "-d", "--name", "by-runc", "--runtime", "runc", "-m", "32m", "busybox", "sh", "-c", "trap 'exit 3' TERM; while :; do usleep 50000; done");
        Assert.Equal("runc", await daemon.InspectAsync("by-runc", "{{.HostConfig.Runtime}}"));
        Assert.Equal("inside", await daemon.Either.DoAsync("exec", "by-runc", "echo", "inside"));
        Assert.Equal(7, (await daemon.Either.RunAsync("exec", "by-runc", "sh", "-c", "exit 7")).ExitCode);
        Assert.Equal(127, (await daemon.Either.RunAsync("exec", "-w", "/nosuch", "by-runc", "true")).ExitCode);
        Assert.Contains("seen", (await daemon.Either.InTerminalAsync(["exec", "-it", "by-runc", "echo", "seen"])).Output, StringComparison.Ordinal);
        await daemon.Either.DoAsync("update", "-m", "48m", "--memory-swap", "96m", "by-runc");
        await daemon.Either.DoAsync("pause", "by-runc");
        await daemon.Either.DoAsync("unpause", "by-runc");
        await daemon.Either.DoAsync("stop", "by-runc");
        Assert.Equal("3", await daemon.InspectAsync("by-runc", "{{.State.ExitCode}}"));
        await daemon.Either.DoAsync("start", "by-runc");
        await daemon.Either.DoAsync("kill", "by-runc");
        await Eventually.EqualAsync("exited 137", () => daemon.InspectAsync("by-runc", "{{.State.Status}} {{.State.ExitCode}}"));
        await daemon.Either.DoAsync("rm", "by-runc");
    }
}

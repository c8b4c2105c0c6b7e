using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class RunTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Run_returns_the_containers_exit_code(Tool tool)
    {
        var client = daemon.By(tool);
        Assert.Equal(new Outcome(0, "out\n", "err\n"), await client.RunAsync("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2"));
        Assert.Equal(7, (await client.RunAsync("run", "--rm", "busybox", "sh", "-c", "exit 7")).ExitCode);
        Assert.Equal(125, (await client.RunAsync("run", "--rm", "--no-such-flag", "busybox")).ExitCode);
        (await client.RunAsync("run", "--rm", "busybox", "/etc")).Refused(126, "permission denied");
        (await client.RunAsync("run", "--rm", "busybox", "/etc/passwd")).Refused(126, "permission denied");
        (await client.RunAsync("run", "--rm", "busybox", "no-such-program")).Refused(127, "executable file not found in $PATH");
    }

    [Theory]
    [InlineData(Tool.Gantry, "KILL", 137)]
    [InlineData(Tool.Gantry, "TERM", 143)]
    [InlineData(Tool.Docker, "KILL", 137)]
    [InlineData(Tool.Docker, "TERM", 143)]
    public async Task Run_returns_128_and_the_signal_of_a_killed_container(Tool tool, string signal, int exitCode)
    {
        var name = $"killed-{tool}-{signal}";
        using var run = daemon.By(tool).Start("run", "--rm", "--name", name, "--init=false", "busybox", "sh", "-c", "trap 'trap - TERM; exit 143' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await daemon.By(tool).DoAsync("kill", "-s", signal, name);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(1, (await daemon.Gantry.RunAsync("inspect", name)).ExitCode);
    }

    [Theory]
    [InlineData(Tool.Gantry, false)]
    [InlineData(Tool.Gantry, true)]
    [InlineData(Tool.Docker, false)]
    [InlineData(Tool.Docker, true)]
    public async Task A_signal_to_an_attached_run_reaches_the_container(Tool tool, bool inBackground)
    {
        string[] command = ["run", "--rm", "busybox", "sh", "-c", "trap 'echo interrupted; exit 5' INT; echo ready; while :; do sleep 0.05; done"];
        using var run = inBackground ? daemon.By(tool).StartInBackground(command) : daemon.By(tool).Start(command);
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        (await Shell.RunAsync("/bin/kill", ["-INT", $"{run.Id}"])).Succeeded();
        Assert.Equal("interrupted\n", await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, run.ExitCode);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Run_feeds_stdin_and_passes_megabytes_unharmed(Tool tool)
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(line => $"{line}: größer than ascii\n"));
        Assert.Equal(new Outcome(0, text, ""), await daemon.By(tool).FeedAsync(text, "run", "--rm", "-i", "busybox", "cat"));
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Run_detached_prints_the_id_and_wait_prints_the_exit_code(Tool tool)
    {
        var client = daemon.By(tool);
        var id = await client.DoAsync("run", "-d", "busybox", "sh", "-c", "sleep 0.2; exit 3");
        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Equal("3", await client.DoAsync("wait", id[..12]));
        Assert.Equal(id, await client.DoAsync("ps", "-aq", "--no-trunc", "--filter", $"id={id}", "--filter", "exited=3"));
        await client.DoAsync("rm", id);
    }

    [Fact]
    public async Task Environment_workdir_entrypoint_and_hostname_are_as_asked()
    {
        var run = await daemon.Either.DoAsync("run", "--rm", "-e", "A=b c", "-w", "/made/for/it", "-h", "here", "--entrypoint", "/bin/sh", "busybox", "-c", "echo $A; pwd; hostname; echo $HOME; echo $$");
        Assert.Equal("b c\n/made/for/it\nhere\n/\n1", run);
    }

    [Fact]
    public async Task An_init_reaps_and_forwards_when_it_is_asked_for()
    {
        var run = await daemon.Either.RunAsync("run", "-d", "--init", "--name", "with-init", "busybox", "sleep", "1000");
        if (run.Text.Contains("docker-init", StringComparison.Ordinal))
        {
            run.Refused(127, "executable file not found in $PATH");
            await daemon.Either.DoAsync("rm", "with-init");
            Assert.Skip("this host has no init program (catatonit, tini)");
        }

        // Before it has made its child, the init takes no signals: as process 1 it would not even end by one.
        await Eventually.SeeAsync(() => daemon.Either.RunAsync("exec", "with-init", "pidof", "sleep"), seen => seen.ExitCode == 0, "the program runs under the init");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await daemon.Either.DoAsync("stop", "-t", "8", "with-init");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 6);
        Assert.Equal("143", await daemon.InspectAsync("with-init", "{{.State.ExitCode}}"));
        await daemon.Either.DoAsync("rm", "with-init");
    }
}

using System.Globalization;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Survival;

/// <summary>gantryd is killed without warning; what ran goes on, and what happened meanwhile is known afterwards.</summary>
public sealed class DaemonDeathTests(DoomedDaemon daemon) : IClassFixture<DoomedDaemon>
{
    [Fact]
    public async Task No_log_line_is_lost_or_doubled_and_the_container_can_be_driven_afterwards()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "counter", "busybox", "sh", "-c", "i=0; trap 'echo end; exit 0' TERM; while :; do echo $i; i=$((i+1)); usleep 5000; done");
        for (var kill = 0; kill < 3; kill++)
        {
            await Task.Delay(400, TestContext.Current.CancellationToken);
            await daemon.KillAsync();
            await Task.Delay(300, TestContext.Current.CancellationToken);
            await daemon.StartAsync();
        }

        Assert.Equal("counter", await daemon.Either.DoAsync("ps", "--filter", "name=counter", "--format", "{{.Names}}"));
        Assert.Equal("inside", await daemon.Either.DoAsync("exec", "counter", "echo", "inside"));
        Assert.NotEqual("", await daemon.Either.DoAsync("logs", "--tail", "1", "counter"));
        await daemon.Either.DoAsync("stop", "counter");
        var lines = (await daemon.Either.DoAsync("logs", "counter")).Split('\n');
        Assert.Equal("end", lines[^1]);
        Assert.True(lines.Length > 100, $"{lines.Length} lines");
        Assert.Equal(Enumerable.Range(0, lines.Length - 1).Select(number => number.ToString(CultureInfo.InvariantCulture)), lines[..^1]);
        Assert.Equal("exited 0", await daemon.InspectAsync("counter", "{{.State.Status}} {{.State.ExitCode}}"));
        await daemon.Either.DoAsync("rm", "counter");
    }

    [Fact]
    public async Task The_delay_of_a_restart_policy_outlives_the_daemon()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "crashing", "--restart", "always", "busybox", "false");
        await Eventually.EqualAsync("5", () => daemon.InspectAsync("crashing", "{{.RestartCount}}"));
        await daemon.KillAndStartAsync();

        // The sixth try is 3.2 seconds away: a daemon that had forgotten would have tried four times by now.
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.InRange(int.Parse(await daemon.InspectAsync("crashing", "{{.RestartCount}}"), CultureInfo.InvariantCulture), 5, 7);
        await daemon.Either.DoAsync("rm", "-f", "crashing");
    }

    [Fact]
    public async Task An_exit_code_of_the_time_without_a_daemon_is_known()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "ends-alone", "busybox", "sh", "-c", "sleep 0.6; echo last words; exit 9");
        await daemon.KillAsync();
        await Task.Delay(900, TestContext.Current.CancellationToken);
        await daemon.StartAsync();
        Assert.Equal("9", await daemon.Either.DoAsync("wait", "ends-alone"));
        Assert.Equal("exited 9", await daemon.InspectAsync("ends-alone", "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Equal("last words", await daemon.Either.DoAsync("logs", "ends-alone"));
        await daemon.Either.DoAsync("rm", "ends-alone");
    }

    [Fact]
    public async Task A_published_port_answers_every_request_through_kill_and_restart()
    {
        var port = HostPort.Free();
        await daemon.Either.DoAsync("run", "-d", "--name", "served", "-p", $"{port}:80", "busybox", "httpd", "-f", "-h", "/www");
        await HostPort.AwaitAsync(port);
        using var end = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            var answered = 0;
            while (!end.IsCancellationRequested || answered < 200)
            {
                Assert.Equal("a page\n", await HostPort.GetAsync("127.0.0.1", port));
                answered++;
            }

            return answered;
        });
        for (var kill = 0; kill < 2; kill++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await daemon.KillAsync();
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await daemon.StartAsync();
        }

        await end.CancelAsync();
        Assert.InRange(await asking, 200, int.MaxValue);
        (await daemon.Either.RunAsync("run", "--rm", "-p", $"{port}:80", "busybox", "true")).Refused(125, "port is already allocated");
        await daemon.Either.DoAsync("rm", "-f", "served");
        await daemon.Either.DoAsync("run", "--rm", "-p", $"{port}:80", "busybox", "true");
    }

    [Fact]
    public async Task Names_resolve_and_networks_work_after_a_restart()
    {
        await daemon.Either.DoAsync("network", "create", "lasting");
        await daemon.Either.DoAsync("run", "-d", "--name", "lasting-server", "--network", "lasting", "busybox", "httpd", "-f", "-h", "/www");
        await daemon.Either.DoAsync("run", "-d", "--name", "lasting-client", "--network", "lasting", "busybox", "sleep", "1000");
        await daemon.KillAndStartAsync();
        Assert.Equal("a page", await daemon.Either.DoAsync(["exec", "lasting-client", .. Fetch.Page("http://lasting-server/")]));
        Assert.Equal("a page", await daemon.Either.DoAsync(["run", "--rm", "--network", "lasting", "busybox", .. Fetch.Page("http://lasting-server/")]));
        await daemon.Either.DoAsync("rm", "-f", "lasting-server", "lasting-client");
        await daemon.Either.DoAsync("network", "rm", "lasting");
    }

    [Theory]
    [InlineData("--internal")]
    [InlineData("--ipv4=false", "--ipv6", "--subnet", "fd00:6a6e::/64")]
    [InlineData("-o", "com.docker.network.bridge.gateway_mode_ipv4=isolated", "--internal")]
    public async Task A_container_keeps_its_place_in_a_network_of_any_kind(params string[] options)
    {
        await daemon.Gantry.DoAsync(["network", "create", .. options, "odd"]);
        var id = await daemon.Gantry.DoAsync("run", "-d", "--name", "placed", "--network", "odd", "busybox", "sleep", "1000");
        const string place = "{{.Id}} {{.State.Pid}} {{json .NetworkSettings.Networks.odd}}";
        var before = await daemon.InspectAsync("placed", place);
        await daemon.KillAndStartAsync();
        Assert.StartsWith(id, before, StringComparison.Ordinal);
        Assert.Equal(before, await daemon.InspectAsync("placed", place));
        await daemon.Gantry.DoAsync("rm", "-f", "placed");
        await daemon.Gantry.DoAsync("network", "rm", "odd");
    }

    [Fact]
    public async Task A_container_whose_document_is_broken_ends_and_its_files_stay()
    {
        var id = await daemon.Gantry.DoAsync("run", "-d", "--name", "broken", "busybox", "sh", "-c", "echo kept > /file; exec sleep 1000");
        await daemon.KillAsync();
        const string program = "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('update containers set document=? where key=?', (b'{', sys.argv[2])); d.commit()";
        (await Shell.RunAsync("/usr/bin/python3", ["-c", program, $"{daemon.Data}/state.db", id])).Succeeded();
        await daemon.StartAsync();
        Assert.Contains($"the document of container {id} cannot be read", daemon.Log, StringComparison.Ordinal);
        Assert.Equal("", await daemon.Gantry.DoAsync("ps", "-aq", "--filter", "name=broken"));
        Assert.DoesNotContain(Leftovers.Mounts(daemon), mount => mount.Contains(id, StringComparison.Ordinal));
        Assert.Equal("kept\n", await File.ReadAllTextAsync($"{daemon.Data}/snapshots/{id}/fs/file", TestContext.Current.CancellationToken));
        await daemon.Gantry.DoAsync("run", "--rm", "--name", "broken", "busybox", "true");
    }

    [Fact]
    public async Task Restart_policies_decide_what_runs_after_the_daemon_came_back()
    {
        // Ends with code 3 while there is no daemon.
        string[] command = ["busybox", "sh", "-c", "[ -e /tmp/second ] && exec sleep 1000; touch /tmp/second; sleep 0.6; exit 3"];
        foreach (var (name, policy) in new[] { ("pol-always", "always"), ("pol-unless", "unless-stopped"), ("pol-failure", "on-failure:2"), ("pol-no", "no") })
        {
            await daemon.Either.DoAsync(["run", "-d", "--name", name, "--restart", policy, .. command]);
        }

        await daemon.Either.DoAsync("run", "-d", "--name", "stopped-always", "--restart", "always", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("run", "-d", "--name", "stopped-unless", "--restart", "unless-stopped", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("stop", "-t", "0", "stopped-always", "stopped-unless");
        await daemon.KillAsync();
        await Task.Delay(900, TestContext.Current.CancellationToken);
        await daemon.StartAsync();
        foreach (var name in new[] { "pol-always", "pol-unless", "pol-failure", "stopped-always" })
        {
            await Eventually.EqualAsync($"{name} running", async () => $"{name} {await daemon.InspectAsync(name, "{{.State.Status}}")}");
        }

        Assert.Equal("exited 3", await daemon.InspectAsync("pol-no", "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Equal("exited", await daemon.InspectAsync("stopped-unless", "{{.State.Status}}"));
        await daemon.Either.DoAsync("rm", "-f", "pol-always", "pol-unless", "pol-failure", "pol-no", "stopped-always", "stopped-unless");
    }

    [Fact]
    public async Task A_container_that_waited_for_its_next_try_is_tried_again()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "waits", "--restart", "on-failure:20", "busybox", "sh", "-c", "[ -e /tmp/enough ] && exec sleep 1000; echo x >> /tmp/n; [ $(wc -l < /tmp/n) = 5 ] && touch /tmp/enough; exit 3");
        await Eventually.SeeAsync(() => daemon.InspectAsync("waits", "{{.RestartCount}} {{.State.Status}}"), seen => seen is "4 restarting" or "5 restarting" or "5 running", "fails four times");
        await daemon.KillAndStartAsync();
        await Eventually.EqualAsync("running", () => daemon.InspectAsync("waits", "{{.State.Status}}"));
        await daemon.Either.DoAsync("rm", "-f", "waits");
    }

    [Fact]
    public async Task Containers_with_rm_that_ended_meanwhile_are_removed()
    {
        var id = await daemon.Either.DoAsync("run", "-d", "--rm", "-v", "/data", "--name", "ephemeral", "busybox", "sleep", "0.6");
        var volume = await daemon.InspectAsync("ephemeral", "{{(index .Mounts 0).Name}}");
        await daemon.KillAsync();
        await Task.Delay(900, TestContext.Current.CancellationToken);
        await daemon.StartAsync();
        await Eventually.EqualAsync("", async () => await daemon.Either.DoAsync("ps", "-aq", "--filter", "name=ephemeral"));
        await Eventually.EqualAsync(1, async () => (await daemon.Either.RunAsync("volume", "inspect", volume)).ExitCode);
        Assert.DoesNotContain(Leftovers.Mounts(daemon), mount => mount.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attach_to_a_container_of_the_former_daemon_has_its_streams_and_exit_code()
    {
        await daemon.Either.DoAsync("run", "-di", "--name", "interactive", "busybox", "sh", "-c", "while read x && [ $x != quit ]; do echo got $x; done; exit 6");
        await daemon.KillAndStartAsync();
        var attach = await daemon.Either.FeedAsync("one\ntwo\nquit\n", "attach", "interactive");
        Assert.Contains("got one\ngot two\n", attach.Output, StringComparison.Ordinal);
        Assert.Equal(6, attach.ExitCode);
        await daemon.Either.DoAsync("rm", "interactive");
    }

    [Fact]
    public async Task A_health_check_goes_on()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "well", "--health-cmd", "test ! -e /tmp/ill", "--health-interval", "200ms", "--health-retries", "1", "busybox", "sleep", "1000");
        await Eventually.EqualAsync("healthy", () => daemon.InspectAsync("well", "{{.State.Health.Status}}"));
        await daemon.KillAndStartAsync();
        Assert.Equal("healthy", await daemon.InspectAsync("well", "{{.State.Health.Status}}"));
        await daemon.Either.DoAsync("exec", "well", "touch", "/tmp/ill");
        await Eventually.EqualAsync("unhealthy", () => daemon.InspectAsync("well", "{{.State.Health.Status}}"));
        await daemon.Either.DoAsync("rm", "-f", "well");
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_starts_and_builds_leaves_nothing_half_made()
    {
        var work = Enumerable.Range(0, 6).Select(number => daemon.Gantry.RunAsync("run", "-d", "--name", $"midway-{number}", "busybox", "sleep", "1000"))
            .Append(daemon.Gantry.FeedAsync("FROM busybox\nRUN sleep 30\n", "build", "-")).ToArray();
        await Task.Delay(250, TestContext.Current.CancellationToken);
        await daemon.KillAsync();
        await Task.WhenAll(work);
        await daemon.StartAsync();
        var ids = (await daemon.Either.DoAsync("ps", "-aq", "--no-trunc", "--filter", "name=midway")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var running = (await daemon.Either.DoAsync("ps", "-q", "--no-trunc", "--filter", "name=midway")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Eventually.EqualAsync(running.Length, () => Task.FromResult(Leftovers.Mounts(daemon).Count(mount => mount.EndsWith("/merged", StringComparison.Ordinal))));
        if (ids.Length > 0)
        {
            foreach (var id in ids)
            {
                await daemon.Either.DoAsync("start", id);
            }

            await daemon.Either.DoAsync(["rm", "-f", .. ids]);
        }

        Assert.Equal(0, Leftovers.Mounts(daemon).Count(mount => mount.EndsWith("/merged", StringComparison.Ordinal)));
    }
}

using System.Globalization;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Load;

/// <summary>Two clients that do not know of each other.</summary>
public sealed class RaceTests(SharedDaemon daemon)
{
    [Fact]
    public async Task Of_many_starts_of_one_container_one_starts_it_and_the_others_find_it_running()
    {
        await daemon.Gantry.DoAsync("create", "--name", "contested", "busybox", "sh", "-c", "echo started; sleep 1000");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/contested/start")));
        Assert.Single(answers, answer => answer.Status == 204);
        Assert.Equal(7, answers.Count(answer => answer.Status == 304));
        await Eventually.EqualAsync("started", () => daemon.Gantry.DoAsync("logs", "contested"));
        await daemon.Gantry.DoAsync("rm", "-f", "contested");
    }

    [Fact]
    public async Task Of_many_creations_with_one_name_one_wins_and_the_others_leave_nothing()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/create?name=wanted", """{"Image":"busybox"}""")));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(7, answers.Count(answer => answer.Status == 409));
        Assert.Single((await daemon.Gantry.DoAsync("ps", "-aq", "--filter", "name=wanted")).Split('\n'));
        await daemon.Gantry.DoAsync("rm", "wanted");
    }

    [Theory]
    [InlineData("POST", "stop?t=0")]
    [InlineData("POST", "kill")]
    [InlineData("POST", "restart?t=0")]
    [InlineData("DELETE", "?force=1")]
    [InlineData("DELETE", "?force=1&v=1")]
    public async Task Whatever_meets_a_start_waits_for_it_or_is_refused_and_leaves_a_clear_state(string method, string what)
    {
        for (var round = 0; round < 6; round++)
        {
            var id = await daemon.Gantry.DoAsync("create", "-v", "/data", "busybox", "sleep", "1000");
            var start = daemon.HttpAsync(HttpMethod.Post, $"v1.47/containers/{id}/start");
            await Task.Delay(round * 8, TestContext.Current.CancellationToken);
            var other = await daemon.HttpAsync(new HttpMethod(method), $"v1.47/containers/{id}{(what[0] == '?' ? "" : "/")}{what}");
            var started = await start;
            Assert.InRange(other.Status, 200, 409);
            Assert.InRange(started.Status, 200, 409);
            var inspect = await daemon.Gantry.RunAsync("inspect", "-f", "{{.State.Status}} {{.State.Pid}}", id);
            if (method == "DELETE")
            {
                Assert.Equal(1, inspect.ExitCode);
            }
            else
            {
                await Eventually.SeeAsync(
                    () => daemon.InspectAsync(id, "{{.State.Status}} {{.State.Pid}}"),
                    seen => seen.StartsWith("running", StringComparison.Ordinal) ? Directory.Exists("/proc/" + seen.Split(' ')[1]) : seen.EndsWith(" 0", StringComparison.Ordinal),
                    "state and process agree");
                await daemon.Gantry.DoAsync("rm", "-fv", id);
            }

            Assert.DoesNotContain(Leftovers.Mounts(daemon), mount => mount.Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_attach_exec_logs_or_wait_that_meets_the_end_ends_with_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var id = await daemon.Gantry.DoAsync("run", "-d", "busybox", "sh", "-c", $"usleep {20000 + (round * 8000)}; echo bye; exit 3");
            var wait = daemon.Gantry.RunAsync("wait", id);
            var logs = daemon.Gantry.RunAsync("logs", "-f", id);
            var attach = daemon.Gantry.RunAsync("attach", id);
            var exec = daemon.Gantry.RunAsync("exec", id, "sleep", "1000");
            Assert.Equal(new Outcome(0, "3\n", ""), await wait);
            Assert.Equal(new Outcome(0, "bye\n", ""), await logs);
            var attached = await attach;
            Assert.True(attached.ExitCode is 3 || attached.Error.Contains("cannot attach to a stopped container", StringComparison.Ordinal), $"{attached}");
            var executed = await exec;
            Assert.True(executed.ExitCode is 137 or 1 or 126 or 128, $"{executed}");
            await daemon.Gantry.DoAsync("rm", id);
        }
    }

    [Fact]
    public async Task Stops_from_all_sides_all_succeed()
    {
        await daemon.Gantry.DoAsync("run", "-d", "--name", "besieged", "busybox", "sh", "-c", "trap 'sleep 0.3; exit 4' TERM; while :; do sleep 0.02; done");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var stops = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/besieged/stop?t=5")));
        Assert.All(stops, stop => Assert.True(stop.Status is 204 or 304, stop.ToString()));
        Assert.Equal("exited 4", await daemon.InspectAsync("besieged", "{{.State.Status}} {{.State.ExitCode}}"));
        await daemon.Gantry.DoAsync("rm", "besieged");
    }

    [Fact]
    public async Task Containers_and_networks_that_come_and_go_at_once_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            for (var round = 0; round < 3; round++)
            {
                var network = string.Create(CultureInfo.InvariantCulture, $"churn-{number}-{round}");
                await daemon.Gantry.DoAsync("network", "create", network);
                var server = await daemon.Gantry.DoAsync("run", "-d", "--network", network, "--network-alias", "server", "busybox", "httpd", "-f", "-h", "/www");
                Assert.Equal("a page", await daemon.Gantry.DoAsync(["run", "--rm", "--network", network, "busybox", .. Fetch.Page("http://server/")]));
                await daemon.Gantry.DoAsync("rm", "-f", server);
                await daemon.Gantry.DoAsync("network", "rm", network);
            }
        }));
    }
}

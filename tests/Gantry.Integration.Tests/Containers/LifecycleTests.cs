using System.Diagnostics;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class LifecycleTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Stop_asks_first_and_kills_after_the_timeout(Tool tool)
    {
        var client = daemon.By(tool);
        await client.DoAsync("run", "-d", "--name", $"polite-{tool}", "busybox", "sh", "-c", "trap 'echo bye; exit 2' TERM; while :; do sleep 0.05; done");
        await client.DoAsync("run", "-d", "--name", $"deaf-{tool}", "busybox", "sh", "-c", "trap '' TERM; while :; do sleep 0.05; done");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal($"polite-{tool}", await client.DoAsync("stop", $"polite-{tool}"));
        Assert.Equal("2 exited", await client.DoAsync("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", $"polite-{tool}"));
        Assert.Equal("bye", await client.DoAsync("logs", $"polite-{tool}"));
        var watch = Stopwatch.StartNew();
        await client.DoAsync("stop", "-t", "1", $"deaf-{tool}");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 5);
        Assert.Equal("137", await client.DoAsync("inspect", "-f", "{{.State.ExitCode}}", $"deaf-{tool}"));
        await client.DoAsync("rm", $"polite-{tool}", $"deaf-{tool}");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Restart_rename_and_start_keep_the_files(Tool tool)
    {
        var client = daemon.By(tool);
        var (first, second) = ($"before-{tool}", $"after-{tool}");
        var id = await client.DoAsync("run", "-d", "--name", first, "busybox", "sh", "-c", "echo run >> /tmp/runs; trap 'exit 0' TERM; while :; do sleep 0.05; done");
        await client.DoAsync("restart", "-t", "2", first);
        await client.DoAsync("rename", first, second);
        (await client.RunAsync("inspect", first)).Refused(1, "o such object: " + first);
        await client.DoAsync("stop", second);
        await client.DoAsync("start", second);
        await Eventually.EqualAsync("run\nrun\nrun\n", async () => (await client.RunAsync("exec", second, "cat", "/tmp/runs")).Output);
        Assert.Equal(id, await client.DoAsync("inspect", "-f", "{{.Id}}", second));
        await client.DoAsync("rm", "-f", second);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Start_attached_shows_the_output_and_returns_the_code(Tool tool)
    {
        var client = daemon.By(tool);
        var name = await client.DoAsync("create", "-i", "busybox", "sh", "-c", "cat; exit 5");
        Assert.Equal(new Outcome(5, "fed\n", ""), await client.FeedAsync("fed\n", "start", "-ai", name));
        await client.DoAsync("rm", name);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Events_tell_a_life_in_order(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"eventful-{tool}";
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1;
        await client.DoAsync("run", "-d", "--name", name, "-l", $"who={name}", "busybox", "sleep", "1000");
        await client.RunAsync("exec", name, "true");
        await client.DoAsync("stop", "-t", "0", name);
        await client.DoAsync("rm", name);
        var events = await client.DoAsync("events", "--since", $"{since}", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", $"label=who={name}", "--format", "{{.Action}}");
        var actions = events.Split('\n').Select(action => action.Split(':')[0]).Where(action => !action.StartsWith("exec_", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["create", "start", "kill", "kill", "stop", "die", "destroy"], actions.Length == 6 ? [.. actions[..2], "kill", .. actions[2..]] : actions);
        Assert.Contains("exec_die", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_returns_when_the_container_has_ended()
    {
        for (var i = 0; i < 20; i++)
        {
            await daemon.Either.DoAsync("run", "-d", "--name", "killed", "busybox", "sleep", "1000");
            Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Post, "v1.51/containers/killed/kill")).Status);
            Assert.Contains("\"Status\":\"exited\"", (await daemon.HttpAsync(HttpMethod.Get, "v1.51/containers/killed/json")).Body, StringComparison.Ordinal);
            await daemon.Either.DoAsync("rm", "killed");
        }
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Ps_filters_by_label_name_and_status(Tool tool)
    {
        var client = daemon.By(tool);
        await client.DoAsync("create", "--name", $"listed-one-{tool}", "-l", $"set={tool}", "-l", "n=1", "busybox", "true");
        await client.DoAsync("run", "-d", "--name", $"listed-two-{tool}", "-l", $"set={tool}", "-p", "127.0.0.1::80", "busybox", "sleep", "1000");
        Assert.Equal($"listed-two-{tool} running", await client.DoAsync("ps", "--filter", $"label=set={tool}", "--format", "{{.Names}} {{.State}}"));
        Assert.Equal($"listed-two-{tool}\nlisted-one-{tool}", await client.DoAsync("ps", "-a", "--filter", $"label=set={tool}", "--format", "{{.Names}}"));
        Assert.Equal($"listed-one-{tool} Created", await client.DoAsync("ps", "-a", "--filter", $"label=set={tool}", "--filter", "status=created", "--format", "{{.Names}} {{.Status}}"));
        Assert.Equal($"listed-one-{tool}", await client.DoAsync("ps", "-a", "--filter", $"name=one-{tool}", "--format", "{{.Names}}"));
        Assert.Equal($"listed-one-{tool}", await client.DoAsync("ps", "-a", "--filter", $"before=listed-two-{tool}", "--filter", $"label=set={tool}", "--format", "{{.Names}}"));
        Assert.Matches(@"^127\.0\.0\.1:\d+->80/tcp$", await client.DoAsync("ps", "--filter", $"name=listed-two-{tool}", "--format", "{{.Ports}}"));
        (await client.RunAsync("ps", "--filter", "nonsense=1")).Refused(1, "invalid filter 'nonsense'");
        await client.DoAsync("rm", "-f", $"listed-one-{tool}", $"listed-two-{tool}");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Cp_copies_files_and_folders_both_ways(Tool tool)
    {
        Assert.SkipWhen((await daemon.HttpAsync(HttpMethod.Put, "v1.47/containers/none/archive?path=/")).Status == 501, "this daemon does not copy into containers");
        var client = daemon.By(tool);
        var folder = Directory.CreateTempSubdirectory("gi-cp-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "in.txt"), "carried\n", TestContext.Current.CancellationToken);
            var name = await client.DoAsync("create", "busybox", "cat", "/tmp/in.txt");
            await client.DoAsync("cp", Path.Combine(folder.FullName, "in.txt"), $"{name}:/tmp");
            Assert.Equal("carried", await client.DoAsync("start", "-a", name));
            await client.DoAsync("cp", $"{name}:/seeded", folder.FullName);
            Assert.Equal("from the image\n", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "seeded/file"), TestContext.Current.CancellationToken));
            Assert.Equal(1, (await client.RunAsync("cp", $"{name}:/nowhere", folder.FullName)).ExitCode);
            Assert.Equal("A /tmp/in.txt", (await client.DoAsync("diff", name)).Split('\n')[^1]);
            await client.DoAsync("rm", name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Top_and_stats_show_the_processes()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "busy", "busybox", "sleep", "1234");
        Assert.Contains("sleep 1234", await daemon.Either.DoAsync("top", "busy"), StringComparison.Ordinal);
        Assert.Equal("busy 1", await daemon.Either.DoAsync("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "busy"));
        await daemon.Either.DoAsync("rm", "-f", "busy");
    }
}

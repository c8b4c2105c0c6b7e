using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class LogTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Logs_keep_streams_apart_and_tail_and_since_and_until_choose(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"logs-{tool}";
        await client.RunAsync("run", "--name", name, "busybox", "sh", "-c", "echo 1; echo 2 >&2; sleep 1.2; echo 3; printf unfinished");
        Assert.Equal(new Outcome(0, "1\n3\nunfinished", "2\n"), await client.RunAsync("logs", name));
        Assert.Equal("unfinished", await client.DoAsync("logs", "--tail", "1", name));
        Assert.Equal("", await client.DoAsync("logs", "--tail", "0", name));
        var stamps = (await client.DoAsync("logs", "-t", name)).Split('\n');
        Assert.All(stamps, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ", line));
        var third = stamps[1].Split(' ')[0];
        Assert.Equal("3\nunfinished", await client.DoAsync("logs", "--since", third, name));
        Assert.Equal("1", await client.DoAsync("logs", "--until", stamps[0].Split(' ')[0], name));
        await client.DoAsync("rm", name);
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Logs_follow_ends_with_the_container(Tool tool)
    {
        var name = $"follow-{tool}";
        await daemon.Gantry.DoAsync("run", "-d", "--name", name, "busybox", "sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.2; done");
        Assert.Equal("1\n2\n3\n4\n5", await daemon.By(tool).DoAsync("logs", "-f", name));
        await daemon.Gantry.DoAsync("rm", name);
    }

    [Fact]
    public async Task Many_followers_see_every_line_once()
    {
        await daemon.Gantry.DoAsync("run", "-d", "--name", "followed", "busybox", "sh", "-c", "for i in $(seq 500); do echo $i; [ $((i % 20)) = 0 ] && usleep 20000; done");
        var expected = string.Join('\n', Enumerable.Range(1, 500));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => daemon.Gantry.DoAsync("logs", "-f", "followed"))), seen => Assert.Equal(expected, seen));
        await daemon.Gantry.DoAsync("rm", "followed");
    }

    [Fact]
    public async Task Rotation_bounds_the_files_and_keeps_the_newest_lines()
    {
        await daemon.Either.DoAsync("run", "--name", "rotated", "--log-opt", "max-size=20k", "--log-opt", "max-file=3", "busybox", "sh", "-c", "for i in $(seq 3000); do echo line $i; done");
        var path = await daemon.InspectAsync("rotated", "{{.LogPath}}");
        var files = new FileInfo(path).Directory!.GetFiles(Path.GetFileName(path) + "*");
        Assert.InRange(files.Length, 2, 3);
        Assert.All(files, file => Assert.InRange(file.Length, 1, 20 << 10));
        var lines = (await daemon.Either.DoAsync("logs", "rotated")).Split('\n');
        Assert.Equal("line 3000", lines[^1]);
        Assert.Equal(Enumerable.Range(3001 - lines.Length, lines.Length).Select(line => $"line {line}"), lines);
        await daemon.Either.DoAsync("rm", "rotated");
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_follower_goes_on_through_a_rotation()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "rotating", "--log-opt", "max-size=16k", "--log-opt", "max-file=4", "busybox", "sh", "-c", "sleep 0.5; for i in $(seq 800); do echo line $i; [ $((i % 10)) = 0 ] && usleep 10000; done");
        var lines = (await daemon.Either.DoAsync("logs", "-f", "rotating")).Split('\n');
        Assert.Equal(Enumerable.Range(1, 800).Select(line => $"line {line}"), lines);
        await daemon.Either.DoAsync("rm", "rotating");
    }
}

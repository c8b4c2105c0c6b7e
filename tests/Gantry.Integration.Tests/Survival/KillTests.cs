using System.Diagnostics;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Survival;

/// <summary>A daemon that is killed at any moment of what it does.</summary>
public sealed class KilledDaemon() : PrivateDaemon('m');

/// <summary>gantryd is killed in the middle of creating, starting, removing, pulling, building and copying: what it says afterwards is what there is.</summary>
public sealed class KillTests(KilledDaemon daemon) : IClassFixture<KilledDaemon>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Whatever_a_kill_interrupts_the_lists_and_the_kernel_agree_afterwards()
    {
        for (var round = 0; round < 8; round++)
        {
            var names = Enumerable.Range(0, 5).Select(number => $"any-{round}-{number}").ToArray();
            await daemon.Either.DoAsync("run", "-d", "--name", $"removed-{round}", "-v", "/data", "busybox", "sleep", "1000");
            Task<Outcome>[] work =
            [
                .. names.Select(name => daemon.Gantry.RunAsync("run", "-d", "--name", name, "-v", $"volume-{name}:/www", "-p", "0:80", "busybox", "sleep", "1000")),
                daemon.Gantry.RunAsync("create", "--name", $"created-{round}", "-v", "/www", "busybox", "true"),
                daemon.Gantry.RunAsync("rm", "-fv", $"removed-{round}"),
                daemon.Gantry.FeedAsync($"FROM busybox\nRUN head -c 3000000 /dev/urandom > /a\nRUN sleep 0.0{round}; echo {round} > /b\n", "build", "-t", $"built:{round}", "-"),
                daemon.Gantry.RunAsync("commit", $"removed-{round}", $"committed:{round}"),
            ];
            await Task.Delay(10 + (round * 45), TestContext.Current.CancellationToken);
            await daemon.KillAsync();
            await Task.WhenAll(work);
            await daemon.StartAsync();
            await AgreeAsync();
            var left = Lines(await daemon.Either.DoAsync("ps", "-aq"));
            foreach (var id in left)
            {
                Assert.Equal("", (await daemon.Either.RunAsync("start", id)).Error);
            }

            await AgreeAsync();
            await daemon.Either.DoAsync(["rm", "-fv", .. left.DefaultIfEmpty("nothing")]);
            foreach (var image in Lines(await daemon.Either.DoAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Where(image => image != "busybox:latest"))
            {
                await daemon.Either.DoAsync("run", "--rm", image, "true");
                await daemon.Either.DoAsync("rmi", image);
            }
        }

        await daemon.Either.DoAsync("volume", "prune", "-af");
        Assert.Empty(Lines(await daemon.Either.DoAsync("volume", "ls", "-q")));
    }

    [Fact]
    public async Task A_pull_that_a_kill_interrupts_is_gone_and_can_be_done_again()
    {
        await using var registry = new StallingRegistry(4 << 20);
        using var pull = daemon.Docker.Start("pull", registry.Image);
        await registry.Stalled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await daemon.KillAsync();
        await EndsAsync(pull, 1, "");
        await daemon.StartAsync();
        Assert.Equal("", await daemon.Either.DoAsync("images", "-q", registry.Repository));
        await AgreeAsync();
        registry.Continue();
        await daemon.Either.DoAsync("pull", registry.Image);
        await daemon.Either.DoAsync("rmi", registry.Image);
    }

    [Theory]
    [InlineData(Tool.Docker)]
    [InlineData(Tool.Gantry)]
    public async Task Clients_see_that_the_daemon_died_and_end(Tool tool)
    {
        var client = daemon.By(tool);
        await using var registry = new StallingRegistry(4 << 20);
        using var run = client.Start("run", "--name", "watched", "busybox", "sh", "-c", "echo begun; sleep 1000");
        Assert.Equal("begun", await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using var pull = client.Start("pull", registry.Image);
        using var build = client.Start("build", "-");
        await build.StandardInput.WriteAsync("FROM busybox\nRUN echo begun; sleep 1000\n");
        build.StandardInput.Close();
        using var copy = client.Start("cp", "-", "watched:/tmp");
        using var events = client.Start("events");
        using var wait = client.Start("wait", "watched");
        await registry.Stalled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Eventually.SeeAsync(() => Task.FromResult(Leftovers.Mounts(daemon).Count(mount => mount.EndsWith("/merged", StringComparison.Ordinal))), mounts => mounts == 2, "a container and a step");
        await daemon.KillAsync();

        // docker's run gives 125 where it cannot learn how the container ended.
        await EndsAsync(run, 125, "");
        await EndsAsync(pull, 1, "");
        await EndsAsync(build, 1, "");
        await EndsAsync(events, 1, "");
        await EndsAsync(wait, 1, "");
        copy.StandardInput.Close();
        await EndsAsync(copy, 1, "");
        (await client.RunAsync("ps")).Refused(1, "Cannot connect to the Docker daemon at unix://");
        await daemon.StartAsync();
        await AgreeAsync();
        Assert.Equal("running", await daemon.InspectAsync("watched", "{{.State.Status}}"));
        await daemon.Either.DoAsync("rm", "-f", "watched");
    }

    private static async Task EndsAsync(Process client, int code, string message)
    {
        var error = client.StandardError.ReadToEndAsync();
        await client.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await client.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(client.ExitCode == code, $"{string.Join(' ', client.StartInfo.ArgumentList)}: {client.ExitCode} instead of {code}: {await error}");
        Assert.NotEmpty(await error);
        Assert.Contains(message, await error, StringComparison.Ordinal);
    }

    // What the daemon lists is what its folders, the kernel and the OCI runtime have.
    private async Task AgreeAsync()
    {
        var all = Lines(await daemon.Either.DoAsync("ps", "-aq", "--no-trunc")).Order().ToArray();
        var running = Lines(await daemon.Either.DoAsync("ps", "-q", "--no-trunc")).Order().ToArray();
        foreach (var id in all)
        {
            Assert.Equal(running.Contains(id) ? "running" : "", (await daemon.InspectAsync(id, "{{.State.Status}}")).Replace("created", "", StringComparison.Ordinal).Replace("exited", "", StringComparison.Ordinal));
        }

        await AreAsync("containers' folders", all, () => Names("containers"));
        await AreAsync("snapshots", all, () => Names("snapshots"));
        await AreAsync("live state", running, () => Entries(Path.Combine(daemon.Directory, "run", "containers")).Where(name => name[0] != '.'));
        await AreAsync("the runtime's state", running, () => Directory.EnumerateDirectories(Path.Combine(daemon.Directory, "run", "containers"), ".*run*").SelectMany(Entries));
        await AreAsync("root filesystems", running, () => Leftovers.Mounts(daemon).Where(mount => mount.EndsWith("/merged", StringComparison.Ordinal)).Select(mount => mount.Split('/')[^2]));
        await AreAsync("network devices", [$"{running.Length}"], () => [$"{Directory.EnumerateFileSystemEntries($"/sys/class/net/{daemon.Name}0/brif").Count()}"]);
        await AreAsync("half-made content", [], () => Directory.EnumerateFileSystemEntries(Path.Combine(daemon.Data, "content", "ingest")));
        await AreAsync("builds", [], () => Names("builds"));
    }

    private IEnumerable<string> Names(string folder) => Entries(Path.Combine(daemon.Data, folder));

    // Not there before the first one is made.
    private static IEnumerable<string> Entries(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!) : [];

    private static Task AreAsync(string what, IReadOnlyList<string> expected, Func<IEnumerable<string>> look) =>
        Eventually.SeeAsync(() => Task.FromResult(string.Join(' ', look().Order())), seen => seen == string.Join(' ', expected), $"{what} {string.Join(' ', expected)}");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Refusals;

/// <summary>A daemon whose data root is a small disk of its own.</summary>
public sealed class SmallDiskDaemon() : PrivateDaemon('e')
{
    public override async ValueTask InitializeAsync()
    {
        System.IO.Directory.CreateDirectory(Data);
        (await Shell.RunAsync("/bin/mount", ["-t", "tmpfs", "-o", "size=48m", Name, Data])).Succeeded();
        await base.InitializeAsync();
    }

    protected override async Task OnRemovedAsync()
    {
        (await Shell.RunAsync("/bin/umount", [Data])).Succeeded();
        System.IO.Directory.Delete(Data);
    }

    /// <summary>Takes all the space there is; disposing gives it back.</summary>
    public async Task<IDisposable> FillAsync()
    {
        var path = Path.Combine(Data, "filler");
        await Shell.RunAsync("/bin/sh", ["-c", $"cat /dev/zero > {path} 2>/dev/null"]);
        return new Filler(path);
    }

    private sealed class Filler(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}

public sealed class FullDiskTests(SmallDiskDaemon daemon) : IClassFixture<SmallDiskDaemon>
{
    private const string NoSpace = "no space left on device";

    [Fact]
    public async Task A_build_that_fills_the_disk_says_so_and_leaves_nothing()
    {
        await WorksAsync();
        var before = DataTree.Of(daemon);
        var build = await daemon.Either.FeedAsync("FROM busybox\nRUN head -c 30000000 /dev/urandom > /big\n", "build", "-t", "big", "-");
        Assert.Equal(1, build.ExitCode);
        Assert.Contains(NoSpace, build.Text, StringComparison.OrdinalIgnoreCase);
        await DataTree.BeAgainAsync(daemon, before);
        await WorksAsync();
    }

    [Fact]
    public async Task A_build_step_that_fills_the_disk_itself_fails_alone()
    {
        await WorksAsync();
        var before = DataTree.Of(daemon);
        var build = await daemon.Either.FeedAsync("FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=90\n", "build", "-t", "big", "-");
        Assert.Equal(1, build.ExitCode);
        Assert.Contains("No space left on device", build.Text, StringComparison.Ordinal);
        await DataTree.BeAgainAsync(daemon, before);
        await WorksAsync();
    }

    [Fact]
    public async Task A_load_and_an_import_that_fill_the_disk_say_so_and_leave_nothing()
    {
        var before = DataTree.Of(daemon);
        var folder = Directory.CreateTempSubdirectory("gi-big-");
        try
        {
            var tar = Path.Combine(folder.FullName, "big.tar");
            (await Shell.RunAsync("/bin/sh", ["-c", $"cd {folder.FullName} && head -c 60000000 /dev/urandom > big && tar -cf {tar} big && rm big"])).Succeeded();
            (await daemon.Either.RunAsync("import", tar, "big:1")).Refused(1, NoSpace);
            await DataTree.BeAgainAsync(daemon, before);

            (await Shell.RunAsync("/bin/sh", ["-c", $"""cd {folder.FullName} && mkdir image && mv {tar} image/layer.tar && cd image && d=$(sha256sum layer.tar | cut -d' ' -f1) && printf '{"{"}"architecture":"amd64","os":"linux","rootfs":{"{"}"type":"layers","diff_ids":["sha256:%s"]{"}"}{"}"}' $d > config.json && printf '[{"{"}"Config":"config.json","RepoTags":["big:2"],"Layers":["layer.tar"]{"}"}]' > manifest.json && tar -cf ../big.tar . """])).Succeeded();
            (await daemon.Either.RunAsync("load", "-i", tar)).Refused(1, NoSpace);
            await DataTree.BeAgainAsync(daemon, before);
            Assert.Equal("", await daemon.Either.DoAsync("images", "-q", "big"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await WorksAsync();
    }

    [Fact]
    public async Task On_a_full_disk_nothing_starts_but_everything_answers_and_all_works_when_there_is_space_again()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "early", "busybox", "sh", "-c", "while :; do sleep 0.1; done");
        await daemon.Either.DoAsync("create", "--name", "waiting", "busybox", "echo", "started");
        var before = DataTree.Of(daemon);
        using (await daemon.FillAsync())
        {
            (await daemon.Either.RunAsync("run", "--name", "late", "busybox", "echo", "hello")).Refused(125, NoSpace);
            var start = await daemon.Either.RunAsync("start", "-a", "waiting");
            Assert.True(start.ExitCode == 0 || start.Text.Contains(NoSpace, StringComparison.Ordinal), start.Text);
            (await daemon.Either.RunAsync("volume", "create", "late")).Refused(1, NoSpace);
            (await daemon.Either.RunAsync("network", "create", "late")).Refused(1, NoSpace);
            (await daemon.Either.RunAsync("tag", "busybox", "late:1")).Refused(1, NoSpace);
            Assert.Contains("early", await daemon.Either.DoAsync("ps", "--format", "{{.Names}}"), StringComparison.Ordinal);
            Assert.Equal("inside", await daemon.Either.DoAsync("exec", "early", "echo", "inside"));
        }

        Assert.Equal("", await daemon.Either.DoAsync("ps", "-aq", "--filter", "name=late"));
        await DataTree.BeAgainAsync(daemon, before);
        Assert.DoesNotContain("late", await daemon.Either.DoAsync("network", "ls"), StringComparison.Ordinal);
        Assert.Equal("started", await daemon.Either.DoAsync("start", "-a", "waiting"));
        await daemon.Either.DoAsync("rm", "-f", "early", "waiting");
        await WorksAsync();
    }

    [Fact]
    public async Task A_container_can_end_and_be_removed_on_a_full_disk()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "doomed", "busybox", "sleep", "1000");
        using (await daemon.FillAsync())
        {
            await daemon.Either.DoAsync("stop", "-t", "0", "doomed");
            Assert.Equal("137", await daemon.InspectAsync("doomed", "{{.State.ExitCode}}"));
            await daemon.Either.RunAsync("rm", "doomed");
        }

        await daemon.Either.RunAsync("rm", "-f", "doomed");
        Assert.Equal("", await daemon.Either.DoAsync("ps", "-aq", "--filter", "name=doomed"));
        await WorksAsync();
    }

    [Fact]
    public async Task A_pull_a_commit_and_a_copy_that_fill_the_disk_say_so_and_leave_nothing()
    {
        await using var registry = new StallingRegistry(60_000_000);
        await daemon.Either.DoAsync("run", "-d", "--name", "filling", "busybox", "sleep", "1000");
        var before = DataTree.Of(daemon);
        registry.Continue();
        (await daemon.Either.RunAsync("pull", registry.Image)).Refused(1, NoSpace);
        await DataTree.BeAgainAsync(daemon, before);
        Assert.Equal("", await daemon.Either.DoAsync("images", "-q", registry.Repository));

        // 25 MB of 48: there is no room for them a second time.
        await daemon.Either.DoAsync("exec", "filling", "sh", "-c", "head -c 25000000 /dev/urandom > /tmp/big");
        (await daemon.Either.RunAsync("commit", "filling", "committed")).Refused(1, NoSpace);
        await DataTree.BeAgainAsync(daemon, before);
        Assert.Equal("", await daemon.Either.DoAsync("images", "-q", "committed"));
        Assert.Equal("running", await daemon.InspectAsync("filling", "{{.State.Status}}"));

        (await daemon.Either.FeedAsync(new string('x', 40_000_000), "cp", "-", "filling:/tmp")).Refused(1, "");
        var folder = Directory.CreateTempSubdirectory("gi-copied-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "big2"), new byte[40_000_000], TestContext.Current.CancellationToken);
            (await daemon.Either.RunAsync("cp", Path.Combine(folder.FullName, "big2"), "filling:/tmp/big2")).Refused(1, NoSpace);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await daemon.Either.DoAsync("exec", "filling", "rm", "-f", "/tmp/big", "/tmp/big2");
        await daemon.Either.DoAsync("commit", "filling", "committed");
        await daemon.Either.DoAsync("rm", "-f", "filling");
        await daemon.Either.DoAsync("rmi", "committed");
        await WorksAsync();
    }

    private async Task WorksAsync()
    {
        Assert.Equal("works", await daemon.Either.DoAsync("run", "--rm", "busybox", "echo", "works"));
        await daemon.Either.FeedAsync("FROM busybox\nRUN echo small > /small\n", "build", "-q", "-t", "small", "--no-cache", "-").ContinueWith(build => build.Result.Succeeded(), TaskScheduler.Default);
        await daemon.Either.DoAsync("rmi", "small");
        await daemon.Either.DoAsync("builder", "prune", "-f");
    }
}

namespace Gantry.Linux.Tests.Cgroups;

public sealed class MemoryWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_change_of_version_2s_file_is_told_to_who_still_listens()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-memory-watch-");
        var file = Path.Combine(folder.FullName, "memory.events");
        await File.WriteAllTextAsync(file, "oom_kill 0\n", TestContext.Current.CancellationToken);
        using var watch = new MemoryWatch();
        using var first = new SemaphoreSlim(0);
        using var second = new SemaphoreSlim(0);
        var one = watch.Add(folder.FullName, isUnified: true, () => first.Release());
        using var two = watch.Add(folder.FullName, isUnified: true, () => second.Release());
        await File.AppendAllTextAsync(file, "oom_kill 1\n", TestContext.Current.CancellationToken);
        Assert.True(await first.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.True(await second.WaitAsync(Patience, TestContext.Current.CancellationToken));

        one!.Dispose();
        await File.AppendAllTextAsync(file, "oom_kill 2\n", TestContext.Current.CancellationToken);
        Assert.True(await second.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, first.CurrentCount);
        folder.Delete(recursive: true);
        Assert.Null(watch.Add(folder.FullName, isUnified: true, () => { }));
    }

    [Fact]
    [Trait("Ring", "integration")]
    public async Task Version_1_tells_when_a_cgroups_limit_is_hit_and_an_end_is_no_trouble()
    {
        var host = CgroupHost.Detect();
        Assert.SkipWhen(host.IsUnified, "cgroup version 2");
        var directory = host.Directory("memory", "/gantry-memory-watch-test")!;
        Directory.CreateDirectory(directory);
        Assert.True(CgroupDirectory.TryWrite(directory + "/memory.limit_in_bytes", "8M"));
        using var watch = new MemoryWatch();
        using var told = new SemaphoreSlim(0);
        var watched = watch.Add(directory, isUnified: false, () => told.Release());
        Assert.NotNull(watched);
        var pid = ChildProcess.Spawn(new SpawnRequest { Path = "/bin/busybox", Arguments = ["sh", "-c", $"echo $$ > {directory}/cgroup.procs; head -c 100000000 /dev/zero | tail"], Environment = ["PATH=/bin"], Descriptors = [] });
        Assert.True(await told.WaitAsync(Patience, TestContext.Current.CancellationToken));
        _ = ChildProcess.Kill(pid, Signal.SIGKILL);
        _ = ChildProcess.Wait(pid, block: true, out _);
        CgroupDirectory.KillAll(directory);
        Assert.True(CgroupDirectory.Remove(directory));
        watched.Dispose();
        watched.Dispose();
    }
}

using Gantry.Linux;
using Gantry.Runtime.Cgroups;

namespace Gantry.Runtime.Tests;

/// <summary>Version 2 of cgroups on a folder of files as the kernel writes them (cgroup-v2.rst): this host has version 1.</summary>
public sealed class UnifiedCgroupTests : IDisposable
{
    private const string Group = "/gantry/one";
    private readonly string root = Directory.CreateTempSubdirectory("cgroup2-").FullName;
    private readonly CgroupHost host;

    public UnifiedCgroupTests()
    {
        host = CgroupHost.Unified(root);
        Directory.CreateDirectory(root + Group);
        Write("cpu.stat", "usage_usec 5000\nuser_usec 3000\nsystem_usec 2000\ncore_sched.force_idle_usec 0\nnr_periods 10\nnr_throttled 4\nthrottled_usec 700\nnr_bursts 0\nburst_usec 0\n");
        Write("memory.current", "1048576\n");
        Write("memory.max", "max\n");
        Write("memory.peak", "2097152\n");
        Write("memory.stat", "anon 4096\nfile 8192\ninactive_file 1024\npgfault 7\n");
        Write("pids.current", "3\n");
        Write("pids.max", "max\n");
        Write("io.stat", "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:1 \n");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Counters_are_read()
    {
        var stats = new CgroupReader(host, Group).Read();
        Assert.Equal((5_000_000UL, 3_000_000UL, 2_000_000UL), (stats.CpuTotal, stats.CpuUser, stats.CpuKernel));
        Assert.Equal((10UL, 4UL, 700_000UL), (stats.Periods, stats.ThrottledPeriods, stats.ThrottledTime));
        Assert.Equal((1UL << 20, 2UL << 20, ulong.MaxValue), (stats.MemoryUsage, stats.MemoryMaxUsage, stats.MemoryLimit));
        Assert.Equal(1024UL, stats.MemoryDetails["inactive_file"]);
        Assert.Equal((3UL, ulong.MaxValue), (stats.Pids, stats.PidsLimit));
        Assert.Equal([(8U, 0U, "Read", 4096UL), (8U, 0U, "Write", 8192UL)], stats.BlockIo);
    }

    [Fact]
    public void Controllers_that_are_missing_count_as_zero()
    {
        File.Delete(root + Group + "/io.stat");
        File.Delete(root + Group + "/memory.peak");
        var stats = new CgroupReader(host, Group).Read();
        Assert.Empty(stats.BlockIo);
        Assert.Equal(0UL, stats.MemoryMaxUsage);
        Assert.Equal(5_000_000UL, stats.CpuTotal);
    }

    [Fact]
    public async Task The_freezer_writes_and_waits_for_the_event()
    {
        Write("cgroup.freeze", "0\n");
        Write("cgroup.events", "populated 1\nfrozen 0\n");
        var freezing = new Freezer(host, Group).FreezeAsync(TestContext.Current.CancellationToken);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.False(freezing.IsCompleted);
        Assert.StartsWith("1", Read("cgroup.freeze"), StringComparison.Ordinal);
        Write("cgroup.events", "populated 1\nfrozen 1\n");
        await freezing;
        new Freezer(host, Group).Thaw();
        Assert.StartsWith("0", Read("cgroup.freeze"), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_taken_off()
    {
        Write("cpu.max", "50000 100000\n");
        LimitRemoval.Apply(host, Group, new ResourceLimits { CpuQuota = -1, PidsLimit = -1 });
        Assert.StartsWith("max", Read("cpu.max"), StringComparison.Ordinal);
        Assert.StartsWith("max", Read("pids.max"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_controller_is_in_the_one_hierarchy()
    {
        Assert.Equal(root + Group, host.Directory("memory", Group));
        Assert.Equal(root + Group, host.ProcessDirectory(Group));
        Assert.Equal([root], host.Hierarchies);
        Assert.False(host.NeedsHiding);
    }

    private void Write(string file, string text) => File.WriteAllText(root + Group + "/" + file, text);

    private string Read(string file) => File.ReadAllText(root + Group + "/" + file);
}

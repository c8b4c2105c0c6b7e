namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class ResourceTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public async Task Too_much_memory_is_killed_and_told_as_such()
    {
        await using var host = new TestHost();
        var spec = host.Shell("head -c 200000000 /dev/zero | tail") with { Resources = new ResourceLimits { Memory = 20 * Megabyte, MemorySwap = 20 * Megabyte } };
        var exit = await host.RunAsync(spec);
        Assert.True(exit.OomKilled);
        Assert.Equal(137, exit.Code);
    }

    [Fact]
    public async Task Limits_are_applied_read_back_and_updated()
    {
        await using var host = new TestHost();
        var limits = new ResourceLimits { Memory = 64 * Megabyte, PidsLimit = 20, CpuShares = 512, CpuQuota = 50_000, CpuPeriod = 100_000, CpusetCpus = "0" };
        var container = await host.Runtime.CreateAsync(host.Shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1000") with { Resources = limits }, default);
        await container.StartAsync(default);
        await Task.Delay(300);
        var stats = container.ReadStats();
        Assert.Equal((64 * (ulong)Megabyte, 20UL), (stats.MemoryLimit, stats.PidsLimit));
        Assert.InRange(stats.CpuTotal, 1_000_000UL, 10_000_000_000UL);
        Assert.InRange(stats.MemoryUsage, 1UL, 64 * (ulong)Megabyte);
        Assert.Equal((ulong)container.Pids().Count, stats.Pids);
        Assert.True(stats.Periods > 0 && stats.MemoryDetails.ContainsKey("cache") && stats.MemoryMaxUsage >= stats.MemoryUsage);

        await container.UpdateAsync(new ResourceLimits { Memory = 128 * Megabyte, MemorySwap = 256 * Megabyte, PidsLimit = 30 }, default);
        stats = container.ReadStats();
        Assert.Equal((128 * (ulong)Megabyte, 30UL), (stats.MemoryLimit, stats.PidsLimit));
        await container.DeleteAsync(true, default);
    }

    [Fact]
    public async Task The_number_of_processes_is_limited()
    {
        await using var host = new TestHost();
        var spec = host.Shell("for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done") with { Resources = new ResourceLimits { PidsLimit = 5 } };
        var (output, code) = await host.OutputAsync(spec);
        Assert.NotEqual(0, code);
        Assert.Contains("can't fork: Resource temporarily unavailable", output);
    }

    [Fact]
    public async Task Ulimits_are_set_and_what_is_beyond_reach_is_kept_inherited()
    {
        await using var host = new TestHost();
        var spec = host.Shell("ulimit -n; ulimit -Hc");
        spec = spec with { Process = spec.Process with { Ulimits = [new Ulimit("nofile", 100, 2_000_000_000), new Ulimit("core", 0, 0)], OomScoreAdj = -500 } };
        var (output, code) = await host.OutputAsync(spec);
        Assert.Equal(("100\n0\n", 0), (output, code));
    }
}

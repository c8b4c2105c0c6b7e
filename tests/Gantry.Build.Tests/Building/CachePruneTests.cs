using Gantry.Build.Cache;

namespace Gantry.Build.Tests.Building;

/// <summary>What goes of the cache, and in which order.</summary>
[Trait("Ring", "integration")]
public sealed class CachePruneTests : IDisposable
{
    private readonly BuildLab lab = new();

    public CachePruneTests() => lab.Write("src/a", "one");

    public void Dispose() => lab.Dispose();

    [Fact]
    public async Task Lists_each_layer_with_what_it_is_built_on()
    {
        await lab.BuildAsync("FROM scratch\nCOPY src /src\nCOPY src /again\n");
        var records = lab.Builder.CacheRecords();
        Assert.Equal(2, records.Count);
        var (below, above) = (records.Single(record => record.Parents.Count == 0), records.Single(record => record.Parents.Count == 1));
        Assert.Equal([below.Id], above.Parents);
        Assert.All(records, record => Assert.True(record is { Type: "regular", Shared: true, InUse: false, Size: > 0, Uses: 1 }));
        Assert.Contains("COPY src /again", above.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_what_was_used_since()
    {
        await lab.BuildAsync("FROM scratch\nCOPY src /src\n");
        var between = DateTimeOffset.UtcNow;
        await lab.BuildAsync("FROM scratch\nCOPY src /later\n");
        var pruned = lab.Builder.Prune(new CachePrune { All = true, UnusedSince = between });
        var left = Assert.Single(lab.Builder.CacheRecords());
        Assert.Contains("/later", left.Description, StringComparison.Ordinal);
        Assert.Single(pruned.Ids);
        Assert.DoesNotContain(left.Id, pruned.Ids);
    }

    [Fact]
    public async Task Lets_go_of_the_longest_unused_first_until_the_rest_fits()
    {
        await lab.BuildAsync("FROM scratch\nCOPY src /one\n");
        await lab.BuildAsync("FROM scratch\nCOPY src /two\n");
        await lab.BuildAsync("FROM scratch\nCOPY src /one\n");
        var records = lab.Builder.CacheRecords();
        var one = records.Single(record => record.Description.Contains("/one", StringComparison.Ordinal));
        lab.Builder.Prune(new CachePrune { All = true, MaxUsedSpace = one.Size });
        Assert.Equal(one.Id, Assert.Single(lab.Builder.CacheRecords()).Id);
        lab.Builder.Prune(new CachePrune { All = true, ReservedSpace = long.MaxValue });
        Assert.Single(lab.Builder.CacheRecords());
    }

    [Fact]
    public async Task Picks_by_id_and_type()
    {
        await lab.BuildAsync("FROM scratch\nCOPY src /one\n");
        await lab.BuildAsync("FROM scratch\nCOPY src /two\n");
        Assert.Empty(lab.Builder.Prune(new CachePrune { All = true, Filters = Filter("type", "exec.cachemount") }).Ids);
        var id = lab.Builder.CacheRecords()[0].Id;
        Assert.Equal([id], lab.Builder.Prune(new CachePrune { All = true, Filters = Filter("id", id) }).Ids);
        Assert.Single(lab.Builder.CacheRecords());
    }

    [Theory]
    [InlineData(0, 0, 0, 100, 100, -1)]
    [InlineData(40, 0, 0, 100, 100, 40)]
    [InlineData(0, 60, 0, 100, 100, 60)]
    [InlineData(70, 60, 0, 100, 100, 70)]
    [InlineData(0, 0, 50, 100, 60, 100)]
    [InlineData(0, 0, 50, 100, 20, 70)]
    [InlineData(80, 0, 50, 100, 20, 80)]
    [InlineData(0, 60, 50, 100, 20, 60)]
    public void Comes_down_to(long reserved, long most, long free, long total, long now, long target) =>
        Assert.Equal(target, new CachePrune { ReservedSpace = reserved, MaxUsedSpace = most, MinFreeSpace = free }.Target(total, now));

    private static Dictionary<string, string> Filter(string name, string value) => new() { [name] = value };
}

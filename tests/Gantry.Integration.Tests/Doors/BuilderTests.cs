using System.Globalization;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>What daemon.json says of builds: collection of the cache, and name resolution in steps.</summary>
[Collection(nameof(FileDaemon))]
public sealed class BuilderTests(FileDaemon daemon) : IClassFixture<FileDaemon>
{
    private const int Megabyte = 1_000_000;

    // Each form leaves what a build of three layers of 4 MB makes at about 5 MB.
    [Theory]
    [InlineData("""{"defaultKeepStorage": "5MB"}""")]
    [InlineData("""{"defaultMaxUsedSpace": "5MB"}""")]
    [InlineData("""{"policy": [{"keepStorage": "5MB", "all": true}]}""")]
    [InlineData("""{"policy": [{"reservedSpace": "5MB", "all": true}]}""")]
    [InlineData("""{"policy": [{"maxUsedSpace": "5MB", "all": true}]}""")]
    [InlineData("""{"policy": [{"keepStorage": "1MB", "filter": ["type==exec.cachemount"]}, {"maxUsedSpace": "5MB", "all": true}]}""")]
    public async Task The_cache_is_collected_after_a_build(string collection)
    {
        await daemon.RestartAsync("{}");
        await BuildAsync();
        Assert.True(await CacheSizeAsync() > 12 * Megabyte, "three layers of the cache");
        await daemon.RestartAsync($$"""{"builder": {"gc": {"enabled": true, {{collection[1..]}} } }""");
        await BuildAsync();
        await Eventually.SeeAsync(CacheSizeAsync, size => size < 6 * Megabyte, "a cache of at most 5 MB");
        await daemon.Either.DoAsync("builder", "prune", "-af");
        await daemon.RestartAsync("{}");
    }

    [Fact]
    public async Task A_collection_that_is_not_enabled_collects_nothing()
    {
        await daemon.RestartAsync("""{"builder": {"gc": {"enabled": false, "defaultKeepStorage": "1MB"} } }""");
        await BuildAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.True(await CacheSizeAsync() > 12 * Megabyte, "three layers of the cache");
        await daemon.Either.DoAsync("builder", "prune", "-af");
        await daemon.RestartAsync("{}");
    }

    [Fact]
    public async Task Steps_resolve_names_as_the_file_says()
    {
        await daemon.RestartAsync("""{"dns": ["10.9.8.7"], "dns-search": ["found.example"], "dns-opts": ["ndots:3"]}""");
        var build = (await daemon.Either.FeedAsync("FROM busybox\nRUN cat /etc/resolv.conf\n", "build", "--no-cache", "-")).Succeeded();
        Assert.Contains("nameserver 10.9.8.7\nsearch found.example\noptions ndots:3", build, StringComparison.Ordinal);
        await daemon.RestartAsync("{}");
    }

    [Fact]
    public async Task The_feature_buildkit_may_be_off()
    {
        await daemon.RestartAsync("""{"features": {"buildkit": false} }""");
        Assert.Contains("built", (await daemon.Either.FeedAsync("FROM busybox\nRUN echo built\n", "build", "--no-cache", "-")).Succeeded(), StringComparison.Ordinal);
        await daemon.RestartAsync("{}");
    }

    private async Task BuildAsync()
    {
        var steps = string.Concat(Enumerable.Range(0, 3).Select(number => $"RUN head -c 4500000 /dev/urandom > /file{number}\n"));
        (await daemon.Either.FeedAsync($"FROM busybox\n{steps}", "build", "--no-cache", "-t", "collected", "-")).Succeeded();
        await daemon.Either.DoAsync("rmi", "-f", "collected");
    }

    private async Task<long> CacheSizeAsync() =>
        (await daemon.Docker.DoAsync("system", "df", "-v", "--format", "{{range .BuildCache}}{{.Size}} {{end}}")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(Bytes);

    private static long Bytes(string text)
    {
        var digits = text.TrimEnd('B', 'k', 'M', 'G');
        return (long)(double.Parse(digits, CultureInfo.InvariantCulture) * text[digits.Length..] switch { "B" => 1, "kB" => 1000, "MB" => 1e6, _ => 1e9 });
    }
}

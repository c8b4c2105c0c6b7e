using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Images;

/// <summary>One whose images nobody else adds to while they are counted.</summary>
public sealed class CountedDaemon() : PrivateDaemon('j');

public sealed class BrokenArchiveTests(CountedDaemon daemon) : IClassFixture<CountedDaemon>
{
    [Fact]
    public async Task A_broken_archive_is_refused_and_leaves_no_image()
    {
        var before = await daemon.Either.DoAsync("images", "-aq");
        var load = await daemon.Either.FeedAsync("this is no archive, however long it may be\n", "load");
        Assert.NotEqual(0, load.ExitCode);
        Assert.NotEmpty(load.Error);
        Assert.Equal(1, (await daemon.Either.FeedAsync("no tar either\n", "import", "-", "broken:1")).ExitCode);
        Assert.Equal(before.Split('\n').Order(), (await daemon.Either.DoAsync("images", "-aq")).Split('\n').Order());
    }
}

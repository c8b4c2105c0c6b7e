using System.Text;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Survival;

/// <summary>A daemon whose files are counted while its clients misbehave.</summary>
public sealed class PatientDaemon() : PrivateDaemon('l')
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();

        // The builder's and containers' own folders are there from the first of each.
        (await Either.FeedAsync("FROM busybox\nRUN true\n", "build", "-t", "first", "-")).Succeeded();
        await Either.DoAsync("run", "--name", "first", "first", "true");
        await Either.DoAsync("rm", "first");
        await Either.DoAsync("rmi", "first");
    }
}

/// <summary>Clients that go away in the middle of something, or read no more.</summary>
public sealed class HangUpTests(PatientDaemon daemon) : IClassFixture<PatientDaemon>
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData("POST /images/load")]
    [InlineData("POST /images/create?fromSrc=-&repo=half")]
    [InlineData("POST /build?t=half")]
    [InlineData("PUT /containers/receiver/archive?path=/tmp")]
    public async Task An_upload_that_breaks_off_leaves_nothing(string line)
    {
        await daemon.Either.DoAsync("create", "--name", "receiver", "busybox", "true");
        var before = DataTree.Of(daemon);
        var tar = RawRequest.Tar(("Dockerfile", "FROM busybox\n"u8.ToArray()), ("big", new byte[8 * Megabyte]));
        using (await RawRequest.SendAsync(daemon, line, "application/x-tar", tar.Length, tar.AsMemory(0, 5 * Megabyte)))
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        await DataTree.BeAgainAsync(daemon, before);
        Assert.Equal("", await daemon.Either.DoAsync("images", "-q", "half"));
        await daemon.Either.DoAsync("rm", "receiver");
    }

    [Fact]
    public async Task A_build_whose_client_reads_no_more_waits_and_ends_with_it()
    {
        var before = DataTree.Of(daemon);
        var context = RawRequest.Tar(("Dockerfile", Encoding.UTF8.GetBytes("FROM busybox\nRUN yes a line of output that nobody reads | head -c 400000000; echo written > /dev/null\n")));
        var memory = Resident();
        using (await RawRequest.SendAsync(daemon, "POST /build?t=flood&nocache=1", "application/x-tar", context.Length, context))
        {
            await Eventually.SeeAsync(() => Task.FromResult(Leftovers.Mounts(daemon).Count()), mounts => mounts > 0, "a step that runs");
            for (var second = 0; second < 4; second++)
            {
                await Task.Delay(1000, TestContext.Current.CancellationToken);
                Assert.InRange(Resident() - memory, long.MinValue, 60 * Megabyte);
            }

            Assert.NotEmpty(Leftovers.Mounts(daemon));
        }

        await Eventually.EqualAsync(0, () => Task.FromResult(Leftovers.Mounts(daemon).Count()));
        await DataTree.BeAgainAsync(daemon, before);
        Assert.Equal("", await daemon.Either.DoAsync("images", "-q", "flood"));
    }

    [Fact]
    public async Task A_pull_whose_client_went_away_leaves_nothing()
    {
        await using var registry = new StallingRegistry(4 * Megabyte);
        var before = DataTree.Of(daemon);
        using (var pull = daemon.Either.Start("pull", registry.Image))
        {
            await registry.Stalled.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            pull.Kill();
        }

        await DataTree.BeAgainAsync(daemon, before);
        registry.Continue();
        await daemon.Either.DoAsync("pull", registry.Image);
        await daemon.Either.DoAsync("rmi", registry.Image);
    }

    [Fact]
    public async Task A_body_of_two_gigabytes_of_JSON_is_not_kept()
    {
        var memory = Resident();
        using var request = await RawRequest.SendAsync(daemon, "POST /containers/create", "application/json", 1L << 31, Encoding.ASCII.GetBytes("{\"Image\":\""));
        Assert.Contains("http: request body too large", await request.ReadAsync(), StringComparison.Ordinal);
        Assert.InRange(Resident() - memory, long.MinValue, 40 * Megabyte);
    }

    // Bytes; the second field of statm counts pages.
    private long Resident() => long.Parse(File.ReadAllText($"/proc/{daemon.ProcessId}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}

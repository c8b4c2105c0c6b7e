using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Load;

/// <summary>A daemon with more than anybody looks at.</summary>
public sealed class CrowdedDaemon() : PrivateDaemon('n');

/// <summary>Hundreds of containers and images: the time of a start and of the lists grows with them and no faster.</summary>
public sealed class ScaleTests(CrowdedDaemon daemon) : IClassFixture<CrowdedDaemon>
{
    private const int Images = 200, Containers = 500;

    [Fact]
    public async Task A_daemon_with_many_containers_and_images_starts_and_lists_quickly()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, "containers/create?name=crowd-0", """{"Image":"busybox"}""")).Status);
        for (var number = 1; number < Images; number++)
        {
            Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, $"commit?container=crowd-0&repo=many{number}&changes=LABEL%20number={number}", "{}")).Status);
        }

        for (var number = 1; number < Containers; number++)
        {
            Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, $"containers/create?name=crowd-{number}", $$"""{"Image":"{{(number % Images == 0 ? "busybox" : $"many{number % Images}")}}","HostConfig":{"Binds":["crowd{{number % 50}}:/data"] } }""")).Status);
        }

        var after = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Assert.Equal(0, await daemon.StopAsync());
        var watch = Stopwatch.StartNew();
        await daemon.StartAsync();
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
        Assert.Equal(Containers, await CountAsync("containers/json?all=1", 500));
        Assert.Equal(Containers, await CountAsync("containers/json?all=1&size=1", 1000));
        Assert.Equal(Images, await CountAsync("images/json?shared-size=1", 500));
        watch.Restart();
        using var usage = JsonDocument.Parse((await daemon.HttpAsync(HttpMethod.Get, "system/df")).Body);
        Assert.Equal((Containers, Images), (usage.RootElement.GetProperty("Containers").GetArrayLength(), usage.RootElement.GetProperty("Images").GetArrayLength()));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
        Assert.InRange(Resident(), 0, 200 << 20);

        // Events are of this daemon's time; one of now is found between two moments.
        await daemon.HttpAsync(HttpMethod.Delete, "containers/crowd-1");
        await Task.Delay(10, TestContext.Current.CancellationToken);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        var events = await daemon.Either.DoAsync("events", "--since", Text(after), "--until", Text(now), "--filter", "event=destroy", "--format", "{{.Actor.Attributes.name}}");
        Assert.Equal("crowd-1", events);
        Assert.Equal("", await daemon.Either.DoAsync("events", "--since", Text(before), "--until", Text(after)));
    }

    private static string Text(double moment) => moment.ToString("F3", CultureInfo.InvariantCulture);

    private async Task<int> CountAsync(string path, int milliseconds)
    {
        var watch = Stopwatch.StartNew();
        using var list = JsonDocument.Parse((await daemon.HttpAsync(HttpMethod.Get, path)).Body);
        Assert.InRange(watch.ElapsedMilliseconds, 0, milliseconds);
        return list.RootElement.GetArrayLength();
    }

    // The second field of statm counts pages.
    private long Resident() => long.Parse(File.ReadAllText($"/proc/{daemon.ProcessId}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}

using System.Diagnostics;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>Signals that come while the daemon starts.</summary>
[Collection(nameof(FileDaemon))]
public sealed class StartSignalTests(FileDaemon daemon) : IClassFixture<FileDaemon>
{
    [Fact]
    public async Task A_hangup_while_it_starts_reloads_when_it_is_ready()
    {
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(0, await daemon.StopAsync());
            var reloads = daemon.Reloads();
            await LaunchAsync();
            await daemon.SignalAsync("HUP");
            await daemon.AwaitAsync();
            await Eventually.SeeAsync(() => Task.FromResult(daemon.Reloads()), now => now > reloads, "a reload");
        }
    }

    [Fact]
    public async Task A_termination_while_it_starts_ends_it_cleanly()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "lives", "busybox", "sleep", "1000");
        Assert.Equal(0, await daemon.StopAsync());
        for (var round = 0; round < 5; round++)
        {
            await LaunchAsync();
            await Task.Delay(round * 10, TestContext.Current.CancellationToken);
            Assert.Equal(0, await daemon.StopAsync());
            Assert.False(File.Exists(daemon.Socket));
        }

        await daemon.StartAsync();
        Assert.Equal("inside", await daemon.Either.DoAsync("exec", "lives", "echo", "inside"));
        await daemon.Either.DoAsync("rm", "-f", "lives");
    }

    // Started far enough that it takes signals: before its first line it has not even read its command line.
    private async Task LaunchAsync()
    {
        var starts = Starts();
        daemon.Launch();
        for (var patience = Stopwatch.StartNew(); !CatchesSignals() && Starts() == starts; await Task.Yield())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"gantryd does not start:\n{daemon.Log}");
        }
    }

    private int Starts() => daemon.Log.Split("Starting gantryd").Length - 1;

    // SIGHUP is 1, the lowest bit.
    private bool CatchesSignals() => File.ReadLines($"/proc/{daemon.ProcessId}/status").First(line => line.StartsWith("SigCgt", StringComparison.Ordinal)) is [.., var last] && (Convert.ToInt32(last.ToString(), 16) & 1) == 1;
}

using System.Diagnostics;
using Gantry.Daemon.Hosting;

namespace Gantry.Daemon.Tests.Hosting;

public sealed class DaemonSignalsTests
{
    [Fact]
    public async Task A_hangup_before_there_is_anything_to_reload_counts_when_there_is()
    {
        using var signals = new DaemonSignals();
        await HangUpAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        var reloads = 0;
        signals.OnReload(() => Interlocked.Increment(ref reloads));
        Assert.Equal(1, reloads);
        await HangUpAsync();
        for (var patience = Stopwatch.StartNew(); Volatile.Read(ref reloads) < 2; await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(5), $"{reloads} reloads");
        }

        Assert.False(signals.Stopped.IsCompleted);
    }

    private static async Task HangUpAsync()
    {
        using var kill = Process.Start("/bin/kill", ["-HUP", $"{Environment.ProcessId}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}

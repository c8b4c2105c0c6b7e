using System.Globalization;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Load;

public sealed class ParallelTests(MeasuredDaemon daemon) : IClassFixture<MeasuredDaemon>
{
    [Fact]
    public async Task Fifty_runs_at_once_all_succeed()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => daemon.Gantry.RunAsync("run", "--rm", "busybox", "sh", "-c", $"echo {number}; exit {number % 3}")));
        Assert.Equal(Enumerable.Range(0, 50).Select(number => new Outcome(number % 3, $"{number}\n", "")), runs);
        Assert.Equal("", await daemon.Gantry.DoAsync("ps", "-aq"));
    }

    [Fact]
    public async Task Two_hundred_runs_leave_descriptors_and_memory_as_they_were()
    {
        await RunAsync(80);
        var (descriptors, memory) = await CountAsync();
        await RunAsync(200);
        var (after, grown) = await CountAsync();
        Assert.InRange(after, 0, descriptors + 4);
        Assert.InRange(grown - memory, long.MinValue, 24 << 20);
    }

    private async Task RunAsync(int times)
    {
        for (var round = 0; round < times / 4; round++)
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => daemon.Gantry.RunAsync("run", "--rm", "busybox", "true"))), run => Assert.Equal(0, run.ExitCode));
        }
    }

    // After the clearing up that goes on behind the last answer.
    private async Task<(int Descriptors, long Memory)> CountAsync()
    {
        int Descriptors() => Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length;
        var last = -1;
        await Eventually.SeeAsync(
            async () =>
            {
                await Task.Delay(300);
                var now = Descriptors();
                (var settled, last) = (now == last, now);
                return settled;
            },
            settled => settled,
            "the number of descriptors settles");
        var line = File.ReadLines($"/proc/{daemon.ProcessId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (last, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
    }
}

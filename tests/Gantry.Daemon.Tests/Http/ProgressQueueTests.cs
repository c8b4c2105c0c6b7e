using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class ProgressQueueTests
{
    private readonly ProgressQueue<string> queue = new(line => line.StartsWith('~'));

    [Fact]
    public async Task What_is_passing_is_left_out_where_nobody_reads()
    {
        for (var number = 0; number < 10_000; number++)
        {
            queue.Report($"~{number}");
        }

        queue.Report("end");
        queue.Complete();
        var lines = await ReadAsync();
        Assert.InRange(lines.Count, 2, 100);
        Assert.Equal("end", lines[^1]);
    }

    [Fact]
    public async Task Who_can_wait_is_held_up_until_there_is_room()
    {
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 1000; sent++)
            {
                queue.Report($"{sent}");
                await queue.PaceAsync(TestContext.Current.CancellationToken);
            }

            queue.Complete();
        });
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.InRange(sent, 1, 100);
        var lines = await ReadAsync();
        await sending;
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"{number}"), lines);
    }

    [Fact]
    public async Task Who_waits_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        for (var number = 0; number < 1000; number++)
        {
            queue.Report($"{number}");
        }

        var waiting = queue.PaceAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private async Task<List<string>> ReadAsync()
    {
        List<string> lines = [];
        await foreach (var line in queue.ReadAllAsync())
        {
            lines.Add(line);
        }

        return lines;
    }
}

using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>Kills for want of memory, told while the container lives on.</summary>
public sealed class MemoryTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_kill_inside_is_told_at_once_and_each_kill_once()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "hungry", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "sleep 1000");
        try
        {
            Assert.Equal(0, await ToldAsync());
            for (var kill = 1; kill <= 2; kill++)
            {
                Assert.NotEqual(0, (await daemon.Either.RunAsync("exec", "hungry", "sh", "-c", "head -c 100000000 /dev/zero | tail > /dev/null; exit $?")).ExitCode);
                await Eventually.EqualAsync(kill, ToldAsync);
            }

            Assert.Equal("running", await daemon.InspectAsync("hungry", "{{.State.Status}}"));
            await daemon.Either.DoAsync("stop", "-t", "0", "hungry");
            Assert.Equal(2, await ToldAsync());
        }
        finally
        {
            await daemon.Either.DoAsync("rm", "-f", "hungry");
        }
    }

    [Fact]
    public async Task An_end_for_want_of_memory_is_told_once_before_the_death()
    {
        await daemon.Either.RunAsync("run", "--name", "starved", "-m", "16m", "--memory-swap", "16m", "busybox", "tail", "/dev/zero");
        Assert.Equal("oom die", string.Join(' ', (await EventsAsync("starved")).Where(happened => happened is "oom" or "die")));
        await daemon.Either.DoAsync("rm", "starved");
    }

    private async Task<int> ToldAsync() => (await EventsAsync("hungry")).Count(happened => happened == "oom");

    private async Task<string[]> EventsAsync(string container) => (await daemon.Either.DoAsync(
        "events", "--since", "10m", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0:F3}", "--filter", $"container={container}", "--format", "{{.Action}}")).Split('\n');
}

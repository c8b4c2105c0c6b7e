using System.Threading.Channels;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    // Version 1 tells before it kills: looked at again until the kill is counted.
    private static readonly int[] LooksAfterMilliseconds = [0, 1, 5, 20, 75, 400];

    /// <summary>Tells of the kernel's kills for want of memory as they happen; costs nothing until the kernel says that something did.</summary>
    private async Task WatchMemoryAsync(ContainerEntry entry, ContainerProcess process, CancellationToken scope)
    {
        var happened = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watched = runtime.WatchMemory(process, () => happened.Writer.TryWrite(true));
        if (watched is null)
        {
            return;
        }

        await foreach (var _ in happened.Reader.ReadAllAsync(scope))
        {
            await TellKillsAsync(entry, process, scope);
        }
    }

    private async Task TellKillsAsync(ContainerEntry entry, ContainerProcess process, CancellationToken scope)
    {
        foreach (var delay in LooksAfterMilliseconds)
        {
            await Task.Delay(delay, scope);
            if (entry.OomKills.Tell(process.OomKills(), () => Publish(entry.Container, "oom")))
            {
                return;
            }

            if (process.IsOutOfMemory())
            {
                // Nobody is killed, and Docker tells all the same.
                Publish(entry.Container, "oom");
                return;
            }

            if (KernelSupport.IsUnified)
            {
                return;
            }
        }
    }
}

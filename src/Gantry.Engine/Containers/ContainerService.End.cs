using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>
    /// Ends every container without saying that somebody stopped it: stop signal, then SIGKILL after <paramref name="patience"/>.
    /// Returns when all have ended, or seconds later with those that do not.
    /// </summary>
    internal Task EndAllAsync(TimeSpan patience) =>
        Task.WhenAll(containers.All.Where(entry => entry.Container.IsRunning).Select(entry => EndAsync(entry, patience)));

    private async Task EndAsync(ContainerEntry entry, TimeSpan patience)
    {
        if (entry.Process is not { } process)
        {
            return;
        }

        try
        {
            await process.KillAsync(StopSignal(entry.Container), CancellationToken.None);
            if (entry.Container.State.Status == ContainerStatus.Paused)
            {
                await process.ResumeAsync(CancellationToken.None);
            }

            if (await Task.WhenAny(process.Exited, Task.Delay(patience, time)) != process.Exited)
            {
                await process.KillAsync(Signal.SIGKILL, CancellationToken.None);
                await Task.WhenAny(process.Exited, Task.Delay(KillPatience, time));
            }
        }
        catch (Exception exception) when (exception is GantryException or LinuxException or IOException)
        {
            // It has ended by itself, or the machine's end takes it.
        }
    }
}

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>At boot: finds again what runs, settles what ended meanwhile, and starts what its policy wants running.</summary>
    internal async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var live = 0;
        var ended = 0;
        List<ContainerEntry> toStart = [];
        foreach (var id in containers.Unreadable)
        {
            LogUnreadable(id);
        }

        foreach (var entry in containers.All)
        {
            using var held = await entry.Gate.AcquireAsync(cancellationToken);
            var wasRunning = entry.Container.IsRunning;
            var process = await ReconnectAsync(entry, cancellationToken);
            if (process is not null && wasRunning && !process.Exited.IsCompleted)
            {
                live++;
                await AdoptAsync(entry, process);
                continue;
            }

            // What a container wrote at its end while there was no daemon.
            ForwardRest(entry, Task.CompletedTask);
            var wantsStart = RestartRules.ShouldStartAtBoot(entry.Container) && entry.Container.State.StartedAt is not null;
            if (process is not null && wasRunning)
            {
                ended++;
                entry.Process = process;
                AdoptVolumes(entry.Container);
                await SettleHeldAsync(entry, process, await process.Exited);
                continue;
            }

            if (process is not null)
            {
                // A start that the old daemon did not finish is undone.
                await ReleaseProcessAsync(entry, process);
            }
            else if (wasRunning)
            {
                // The machine went down: nobody saw how it ended.
                ended++;
                await TryAsync(entry, "network release", () => networking.ReleaseAsync(entry));
                containers.Update(entry, current => current with
                {
                    Networks = Detached(current),
                    Ports = [],
                    State = current.State with { Status = ContainerStatus.Exited, Pid = 0, ExitCode = 255, FinishedAt = time.GetUtcNow() },
                });
            }

            // A start that was cut off before it had a process may have mounted already.
            await TryAsync(entry, "unmount", () => Task.Run(() => roots.Unmount(entry.Id)));
            if (entry.Container.State.Status == ContainerStatus.Restarting)
            {
                // What is left of its delay: the time without a daemon counts.
                var due = (entry.Container.State.FinishedAt ?? time.GetUtcNow()) + entry.Container.RestartDelay - time.GetUtcNow();
                ScheduleRestart(entry, due > TimeSpan.Zero ? due : TimeSpan.Zero);
            }
            else if (wantsStart)
            {
                toStart.Add(entry);
            }
            else if (entry.Container.Settings.Host.AutoRemove && wasRunning)
            {
                await RemoveHeldAsync(entry, volumes: true);
            }
        }

        LogRestored(live, ended);
        foreach (var entry in toStart)
        {
            _ = background.Run(async () =>
            {
                using var held = await entry.Gate.AcquireAsync();
                if (!entry.IsRemoved && !entry.Container.IsRunning)
                {
                    await TryAsync(entry, "start at boot", () => StartHeldAsync(entry));
                }
            });
        }
    }

    private async Task<Gantry.Runtime.ContainerProcess?> ReconnectAsync(ContainerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await runtime.ReconnectAsync(entry.Id, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(entry.Id.Short, "reconnect", exception);
            return null;
        }
    }

    private async Task AdoptAsync(ContainerEntry entry, Gantry.Runtime.ContainerProcess process)
    {
        entry.Process = process;
        entry.RunScope = new CancellationTokenSource();
        containers.Update(entry, current => current with { State = current.State with { Pid = process.Pid } });
        AdoptVolumes(entry.Container);
        await TryAsync(entry, "network restore", () => networking.RestoreAsync(entry, process.Pid));
        ForwardRest(entry, process.Exited);

        // Those of before an earlier daemon's end were its to tell.
        entry.OomKills = new OomKills(process.OomKills());
        Watch(entry, process);
    }
}

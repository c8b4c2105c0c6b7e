using System.Globalization;
using Gantry.Engine.Events;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    /// <summary>Waits for the end of a run, then settles it: resources go, waiters learn, and the restart policy decides.</summary>
    private async Task WatchExitAsync(ContainerEntry entry, ContainerProcess process)
    {
        var exit = await process.Exited;
        using var held = await entry.Gate.AcquireAsync();
        if (entry.Process != process)
        {
            return;
        }

        await SettleHeldAsync(entry, process, exit);
    }

    private async Task SettleHeldAsync(ContainerEntry entry, ContainerProcess process, ProcessExit exit)
    {
        await entry.RunScope.CancelAsync();
        entry.Process = null;
        var container = entry.Container;
        var lastRun = exit.At - (container.State.StartedAt ?? exit.At);
        var restart = RestartRules.ShouldRestart(container, exit.Code, entry.StopRequested);
        var autoRemove = container.Settings.Host.AutoRemove && !entry.IsRestarting;
        entry.OomKills.Tell(Math.Max(process.OomKills(), exit.OomKilled ? 1UL : 0), () => Publish(container, "oom"));

        // As with Docker: who is told of the end has its output, unless it does not read.
        await entry.OutputDelivered.WaitAsync(OutputPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryAsync(entry, "network release", () => networking.ReleaseAsync(entry));
        events.PublishUnmounts(container);
        var ended = containers.Update(entry, current => current with
        {
            Networks = Detached(current),
            Ports = [],
            ExecIds = [],
            RestartCount = restart ? current.RestartCount + 1 : current.RestartCount,
            RestartDelay = restart ? RestartRules.NextDelay(current.RestartDelay, lastRun) : current.RestartDelay,
            State = current.State with
            {
                Status = restart ? ContainerStatus.Restarting : ContainerStatus.Exited,
                Pid = 0,
                ExitCode = exit.Code,
                OomKilled = exit.OomKilled,
                FinishedAt = exit.At,
                ManuallyStopped = entry.StopRequested,
                Health = current.State.Health is { } health && health.Status == "starting" ? health with { Status = "unhealthy" } : current.State.Health,
            },
        });
        if (entry.IsStopping)
        {
            // Docker tells of the stop before the death that completed it.
            entry.IsStopping = false;
            Publish(ended, "stop");
        }

        Publish(ended, "die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)), ("execDuration", ((long)lastRun.TotalSeconds).ToString(CultureInfo.InvariantCulture)));

        // The container's own waiters need not wait for the kernel to tidy up; nobody else can see it once it is removed.
        if (autoRemove && !restart)
        {
            entry.SignalExit(new ExitResult(exit.Code, null));
            await RemoveHeldAsync(entry, volumes: true, () => ReleaseProcessAsync(entry, process));
            return;
        }

        await ReleaseProcessAsync(entry, process);
        entry.SignalExit(new ExitResult(exit.Code, null));
        if (restart)
        {
            ScheduleRestart(entry, entry.Container.RestartDelay);
        }
    }

    private async Task ReleaseProcessAsync(ContainerEntry entry, ContainerProcess process)
    {
        await TryAsync(entry, "delete", () => process.DeleteAsync(force: true, CancellationToken.None));
        await process.DisposeAsync();
        await TryAsync(entry, "unmount", () => Task.Run(() => roots.Unmount(entry.Id)));
        await UnmountVolumesAsync(entry.Container);
    }

    private void ScheduleRestart(ContainerEntry entry, TimeSpan delay)
    {
        entry.RunScope = new CancellationTokenSource();
        var scope = entry.RunScope.Token;
        entry.Watch = background.Run(async () =>
        {
            await Task.Delay(delay, time, scope);
            using var held = await entry.Gate.AcquireAsync(scope);
            if (scope.IsCancellationRequested || entry.IsRemoved || entry.Container.State.Status != ContainerStatus.Restarting)
            {
                return;
            }

            try
            {
                await StartHeldAsync(entry);
            }
            catch (Core.GantryException)
            {
                // Said in the log and the container's state by the start itself; the policy tries again.
                if (!entry.IsRemoved && RestartRules.ShouldRestart(entry.Container, entry.Container.State.ExitCode, entry.StopRequested))
                {
                    var next = RestartRules.NextDelay(entry.Container.RestartDelay, TimeSpan.Zero);
                    containers.Update(entry, current => current with { RestartCount = current.RestartCount + 1, RestartDelay = next, State = current.State with { Status = ContainerStatus.Restarting } });
                    ScheduleRestart(entry, next);
                }
            }
        });
    }
}

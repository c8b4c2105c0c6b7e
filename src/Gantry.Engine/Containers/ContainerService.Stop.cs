using System.Globalization;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    private const int DefaultStopTimeout = 10;
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks the container to end, and kills it after the timeout (seconds; null: its own; negative: never).</summary>
    /// <exception cref="GantryException">NotModified when it does not run.</exception>
    public Task StopAsync(string nameOrId, int? timeoutSeconds, string? signal, CancellationToken cancellationToken) =>
        StopAsync(containers.Get(nameOrId), nameOrId, timeoutSeconds, signal, restarting: false, cancellationToken);

    /// <summary>Stops what runs and starts it again; what does not run is started. A container with <c>--rm</c> stays.</summary>
    public async Task RestartAsync(string nameOrId, int? timeoutSeconds, string? signal, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        try
        {
            await StopForRestartAsync(entry, nameOrId, timeoutSeconds, signal, cancellationToken);
            await StartAsync(nameOrId, CancellationToken.None);
        }
        catch (GantryException exception)
        {
            throw new GantryException(ErrorKind.Internal, $"Cannot restart container {nameOrId}: {exception.Message}", exception);
        }

        Publish(Get(nameOrId), "restart");
    }

    private async Task StopForRestartAsync(ContainerEntry entry, string nameOrId, int? timeoutSeconds, string? signal, CancellationToken cancellationToken)
    {
        try
        {
            await StopAsync(entry, nameOrId, timeoutSeconds, signal, restarting: true, cancellationToken);
        }
        catch (GantryException exception) when (exception.Kind == ErrorKind.NotModified)
        {
            // Docker: restart starts what does not run.
        }
        finally
        {
            entry.IsRestarting = false;
        }
    }

    private async Task StopAsync(ContainerEntry entry, string nameOrId, int? timeoutSeconds, string? signal, bool restarting, CancellationToken cancellationToken)
    {
        var parsed = signal is { Length: > 0 } ? ParseSignal(signal) : (int?)null;
        var patience = timeoutSeconds ?? entry.Container.Settings.StopTimeout ?? DefaultStopTimeout;
        Task exited;
        using (await entry.Gate.AcquireAsync(cancellationToken))
        {
            EnsureThere(entry, nameOrId);
            if (CallOffRestart(entry))
            {
                return;
            }

            if (!entry.Container.IsRunning)
            {
                throw new GantryException(ErrorKind.NotModified, "");
            }

            entry.StopRequested = true;
            entry.IsStopping = true;
            entry.IsRestarting = restarting;
            exited = entry.NextExit.Task;
            await SignalHeldAsync(entry, parsed ?? StopSignal(entry.Container), patient: patience != 0);
        }

        await FinishStopAsync(entry, exited, patience);
    }

    /// <summary>Sends a signal; SIGKILL, which is also what null and empty mean, returns when the container has ended.</summary>
    /// <exception cref="GantryException">Conflict when it does not run; InvalidArgument for an unknown signal.</exception>
    public async Task KillAsync(string nameOrId, string? signal, CancellationToken cancellationToken)
    {
        var entry = containers.Find(nameOrId) ?? throw GantryException.NotFound($"cannot kill container: {nameOrId}: No such container: {nameOrId}");
        var parsed = signal is not { Length: > 0 } ? Signal.SIGKILL
            : Signal.TryParse(signal, out var known) ? known
            : throw GantryException.Invalid($"cannot kill container: {nameOrId}: invalid signal: {signal}");
        Task exited;
        using (await entry.Gate.AcquireAsync(cancellationToken))
        {
            EnsureThere(entry, nameOrId);
            if (CallOffRestart(entry))
            {
                return;
            }

            if (!entry.Container.IsRunning)
            {
                throw GantryException.Conflict($"cannot kill container: {nameOrId}: container {entry.Id} is not running");
            }

            // Docker: killed by hand is not restarted when the signal was the one that stops it.
            if (parsed == Signal.SIGKILL || parsed == StopSignal(entry.Container))
            {
                entry.StopRequested = true;
            }

            exited = entry.NextExit.Task;
            await SignalHeldAsync(entry, parsed, patient: true);
        }

        if (parsed == Signal.SIGKILL)
        {
            await AwaitDeathAsync(entry, exited, "kill");
        }
    }

    /// <param name="patient">A process that has just been started is given a moment to get ready for the signal.</param>
    private async Task SignalHeldAsync(ContainerEntry entry, int signal, bool patient = false)
    {
        if (entry.Process is { } process)
        {
            if (patient && entry.Container.Settings.Host.PidMode.Length == 0)
            {
                await ReadyForAsync(process, signal, entry.Container.State.StartedAt);
            }

            await process.KillAsync(signal, CancellationToken.None);
            if (entry.Container.State.Status == ContainerStatus.Paused)
            {
                // A frozen process acts on no signal before it is thawed.
                await process.ResumeAsync(CancellationToken.None);
                containers.Update(entry, current => current with { State = current.State with { Status = ContainerStatus.Running } });
            }

            Publish(entry.Container, "kill", ("signal", signal.ToString(CultureInfo.InvariantCulture)));
        }
    }

    // The kernel drops what the first process of a PID namespace has no handler for (pid_namespaces(7)), and a program needs
    // some milliseconds to install one: a stop right after the start would be lost on it.
    private async Task ReadyForAsync(ContainerProcess process, int signal, DateTimeOffset? startedAt)
    {
        while (signal is not (Signal.SIGKILL or Signal.SIGSTOP) && time.GetUtcNow() - startedAt < SettlingTime && !process.Exited.IsCompleted && !SignalMask.Heeds(process.Pid, signal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), time);
        }
    }

    private async Task FinishStopAsync(ContainerEntry entry, Task exited, int timeoutSeconds)
    {
        try
        {
            await (timeoutSeconds < 0 ? exited : exited.WaitAsync(TimeSpan.FromSeconds(timeoutSeconds), time));
            return;
        }
        catch (TimeoutException)
        {
        }

        using (await entry.Gate.AcquireAsync())
        {
            // What runs by now may be the next run.
            if (!exited.IsCompleted)
            {
                await SignalHeldAsync(entry, Signal.SIGKILL);
            }
        }

        await AwaitDeathAsync(entry, exited, "stop");
    }

    private async Task AwaitDeathAsync(ContainerEntry entry, Task exited, string verb)
    {
        try
        {
            await exited.WaitAsync(KillPatience, time);
        }
        catch (TimeoutException)
        {
            throw new GantryException(ErrorKind.Internal, $"cannot {verb} container: {entry.Id}: tried to kill container, but did not receive an exit event");
        }
    }

    // A container between two runs is stopped by not starting it again.
    private bool CallOffRestart(ContainerEntry entry)
    {
        if (entry.Container.State.Status != ContainerStatus.Restarting)
        {
            return false;
        }

        entry.RunScope.Cancel();
        entry.StopRequested = true;
        containers.Update(entry, current => current with { State = current.State with { Status = ContainerStatus.Exited, ManuallyStopped = true } });
        return true;
    }

    private static int StopSignal(Container container) =>
        container.Settings.StopSignal is { Length: > 0 } text && Signal.TryParse(text, out var signal) ? signal : Signal.SIGTERM;

    private static int ParseSignal(string text) => Signal.TryParse(text, out var signal) ? signal : throw GantryException.Invalid($"invalid signal: {text}");
}

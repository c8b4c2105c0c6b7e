using Gantry.Core;
using Gantry.Engine.Containers.Logs;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>
    /// Registers a wait before it returns, so that the client may be told at once that it is heard. The task gives the exit
    /// code and the error of the run.
    /// </summary>
    public Task<(int ExitCode, string? Error)> Wait(string nameOrId, WaitCondition condition, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);

        // The signal before the state: one that is replaced in between has completed.
        var nextExit = entry.NextExit.Task;
        var container = entry.Container;
        var signal = condition switch
        {
            WaitCondition.Removed => entry.Removed.Task,
            WaitCondition.NotRunning when !container.IsRunning && container.State.Status != ContainerStatus.Restarting => Task.FromResult(new ExitResult(container.State.ExitCode, null)),
            _ => nextExit,
        };
        return Finish();

        async Task<(int ExitCode, string? Error)> Finish()
        {
            var result = await signal.WaitAsync(cancellationToken);
            return (result.ExitCode, result.Error);
        }
    }

    /// <summary>Connects to a container's streams; one that does not run yet is connected when it starts.</summary>
    /// <exception cref="GantryException">Conflict when it is paused or restarting; thrown before anything reached the client.</exception>
    public async Task<AttachedSession> AttachAsync(string nameOrId, AttachOptions options, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        var container = entry.Container;
        if (container.State.Status == ContainerStatus.Paused)
        {
            throw GantryException.Conflict($"container {nameOrId} is paused, unpause the container before attach");
        }

        if (container.State.Status == ContainerStatus.Restarting)
        {
            throw GantryException.Conflict($"container {nameOrId} is restarting, wait until the container is running");
        }

        _ = DetachKeys.Parse(options.DetachKeys);
        var replay = options.Logs && LogPlan.IsReadable(container) ? Replay(container, options) : null;
        Publish(container, "attach");
        if (!options.Stream)
        {
            return new AttachedSession(container.Settings.Tty, Task.FromResult<ProcessStreams?>(null), hasInput: false, options.DetachKeys, replay);
        }

        var hasInput = options.Stdin && container.Settings.OpenStdin;
        void Detached() => Publish(entry.Container, "detach");
        if (entry.Process is { } process)
        {
            ProcessStreams? streams = await process.AttachAsync(options.Streams, cancellationToken);
            return new AttachedSession(container.Settings.Tty, Task.FromResult<ProcessStreams?>(streams), hasInput, options.DetachKeys, replay, Detached) { OnEnd = entry.ExpectOutput() };
        }

        var pending = new PendingAttach(options.Streams);
        lock (entry.Pending)
        {
            entry.Pending.Add(pending);
        }

        return new AttachedSession(container.Settings.Tty, Connected(pending), hasInput, options.DetachKeys, replay, Detached, () => Forget(entry, pending)) { OnEnd = entry.ExpectOutput() };
    }

    /// <exception cref="GantryException">Conflict when it does not run.</exception>
    public async Task ResizeAsync(string nameOrId, TerminalSize size, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        var process = entry.Process ?? throw GantryException.Conflict($"container {entry.Id} is not running");
        await process.ResizeAsync(size, cancellationToken);
        Publish(entry.Container, "resize", ("height", $"{size.Height}"), ("width", $"{size.Width}"));
    }

    /// <summary>Entries of the container's log.</summary>
    /// <exception cref="GantryException">InvalidArgument when its driver keeps none.</exception>
    public IAsyncEnumerable<LogEntry> Logs(string nameOrId, LogQuery query, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        var container = entry.Container;
        if (!LogPlan.IsReadable(container))
        {
            throw new GantryException(ErrorKind.NotImplemented, "configured logging driver does not support reading");
        }

        if (!query.Stdout && !query.Stderr)
        {
            throw GantryException.Invalid("Bad parameters: you must choose at least one stream");
        }

        return JsonFileLog.ReadAsync(container.LogPath, query, LogEnd(entry), cancellationToken);
    }

    // Docker follows a container that restarts, and stops at the end of one that does not.
    private static async Task LogEnd(ContainerEntry entry)
    {
        for (; ; )
        {
            // The signal before the state, as in Wait.
            var nextExit = entry.NextExit.Task;
            if (entry.IsRemoved || !(entry.Container.IsRunning || entry.Container.State.Status is ContainerStatus.Restarting or ContainerStatus.Created))
            {
                return;
            }

            await Task.WhenAny(nextExit, entry.Removed.Task);
        }
    }

    private static async Task<ProcessStreams?> Connected(PendingAttach pending)
    {
        try
        {
            return await pending.Connected.Task;
        }
        catch (OperationCanceledException)
        {
            // The container never started: its wait says why.
            return null;
        }
    }

    private static void Forget(ContainerEntry entry, PendingAttach pending)
    {
        lock (entry.Pending)
        {
            entry.Pending.Remove(pending);
        }

        pending.Connected.TrySetCanceled();
    }

    private static Func<Stream, CancellationToken, Task> Replay(Container container, AttachOptions options) => async (output, cancellationToken) =>
    {
        var query = new LogQuery { Stdout = options.Stdout, Stderr = options.Stderr };
        await foreach (var line in JsonFileLog.ReadAsync(container.LogPath, query, Task.CompletedTask, cancellationToken))
        {
            if (!container.Settings.Tty)
            {
                var header = new byte[OutputFraming.HeaderLength];
                OutputFraming.WriteHeader(header, line.Source, line.Line.Length);
                await output.WriteAsync(header, cancellationToken);
            }

            await output.WriteAsync(line.Line, cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
    };
}

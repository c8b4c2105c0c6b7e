using System.Collections.Concurrent;
using System.Globalization;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Runtime;

namespace Gantry.Engine.Execs;

/// <summary>What an exec asks for.</summary>
public sealed record ExecSettings
{
    public required IReadOnlyList<string> Cmd { get; init; }

    public IReadOnlyList<string> Env { get; init; } = [];

    public string User { get; init; } = "";

    public string WorkingDir { get; init; } = "";

    public bool Tty { get; init; }

    public bool AttachStdin { get; init; }

    public bool AttachStdout { get; init; }

    public bool AttachStderr { get; init; }

    public bool Privileged { get; init; }

    public string? DetachKeys { get; init; }

    public TerminalSize? ConsoleSize { get; init; }
}

/// <summary>An exec instance now. The exit code is null before it ended.</summary>
public sealed record Exec(string Id, ContainerId ContainerId, ExecSettings Settings, bool Running, int? ExitCode, int Pid);

/// <summary>Owner of the exec instances: further processes in running containers. They live as long as their container's run.</summary>
public sealed class ExecService
{
    private static readonly TimeSpan KeptAfterExit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Instance> instances = new();
    private readonly ContainerRegistry containers;
    private readonly ContainerRoots roots;
    private readonly EventService events;
    private readonly BackgroundTasks background;
    private readonly TimeProvider time;

    internal ExecService(EngineParts parts, ContainerRoots roots)
    {
        containers = parts.Containers;
        events = parts.Events;
        background = parts.Background;
        time = parts.Time;
        this.roots = roots;
    }

    /// <exception cref="GantryException">Conflict when the container does not run or is paused; InvalidArgument without a command.</exception>
    public async Task<string> CreateAsync(string container, ExecSettings settings, CancellationToken cancellationToken)
    {
        var entry = containers.Get(container);
        if (settings.Cmd.Count == 0)
        {
            throw GantryException.Invalid("No exec command specified");
        }

        _ = DetachKeys.TryParse(settings.DetachKeys) ?? throw GantryException.Invalid($"Invalid escape keys ({settings.DetachKeys}) provided");
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureRunning(entry);
        if (settings.User.Length > 0)
        {
            // Said now: clients cannot read an error in place of a stream.
            _ = UserLookup.Read(roots.PathOf(entry.Id)).Resolve(settings.User, []);
        }

        var id = ContainerId.New().ToString();
        instances[id] = new Instance(entry, new Exec(id, entry.Id, settings, Running: false, ExitCode: null, Pid: 0));
        containers.Update(entry, current => current with { ExecIds = [.. current.ExecIds, id] });
        Publish(entry.Container, id, ObjectEvents.ExecAction("exec_create", settings.Cmd));
        Sweep();
        return id;
    }

    /// <exception cref="GantryException">NotFound, <c>No such exec instance: x</c>.</exception>
    public Exec Get(string id) => Find(id).Exec;

    /// <summary>
    /// Starts the process with the session connected before it runs. As with Docker, a program that cannot be run is told
    /// through the session, and by the exit code.
    /// </summary>
    /// <param name="raw">The client reads raw bytes, not frames, whether or not the process has a terminal.</param>
    /// <param name="size">Of a terminal; null is the one its creation asked for.</param>
    /// <exception cref="GantryException">NotFound, or Conflict when it already ran or the container does not run.</exception>
    public async Task<AttachedSession> StartAsync(string id, bool raw, TerminalSize? size, CancellationToken cancellationToken)
    {
        var instance = Find(id);
        try
        {
            return await StartAsync(instance, raw, size, cancellationToken);
        }
        catch (RuntimeException exception)
        {
            return new AttachedSession(instance.Exec.Settings.Tty, Task.FromResult<ProcessStreams?>(null), hasInput: false, null, AttachedSession.Message(raw, exception.Message + "\r\n"));
        }
    }

    private async Task<AttachedSession> StartAsync(Instance instance, bool raw, TerminalSize? size, CancellationToken cancellationToken)
    {
        var id = instance.Exec.Id;
        var settings = instance.Exec.Settings;
        var process = await LaunchAsync(instance, size, cancellationToken);
        var wanted = (settings.AttachStdin ? AttachStreams.Stdin : 0) | (settings.AttachStdout ? AttachStreams.Stdout : 0) | (settings.AttachStderr ? AttachStreams.Stderr : 0);
        var streams = await process.AttachAsync(wanted, CancellationToken.None);
        var session = new AttachedSession(settings.Tty, Task.FromResult<ProcessStreams?>(streams), settings.AttachStdin, settings.DetachKeys, onDetach: () => Publish(instance.Entry.Container, id, "exec_detach"), settled: instance.Settled.Task) { Raw = raw };
        try
        {
            await RunAsync(instance, process);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async Task StartDetachedAsync(string id, CancellationToken cancellationToken)
    {
        var instance = Find(id);
        try
        {
            await RunAsync(instance, await LaunchAsync(instance, null, cancellationToken));
        }
        catch (RuntimeException exception)
        {
            throw new GantryException(exception.NotFound || exception.NotExecutable ? ErrorKind.InvalidArgument : ErrorKind.Internal, exception.Message, exception);
        }
    }

    /// <summary>Sets the size of the process's terminal. As with Docker, one that is about to start is waited for: clients ask both at once.</summary>
    /// <exception cref="GantryException">Conflict when the container does not run; NotFound when the process has ended; Internal when it is not started in time.</exception>
    public async Task ResizeAsync(string id, TerminalSize size, CancellationToken cancellationToken)
    {
        var instance = Find(id);
        EnsureRunning(instance.Entry);
        try
        {
            await instance.Launched.Task.WaitAsync(StartPatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new GantryException(ErrorKind.Internal, "timeout waiting for exec session ready");
        }

        var process = instance.Process ?? throw GantryException.NotFound($"NotFound: process does not exist {id}: not found");
        await process.ResizeAsync(size, cancellationToken);
    }

    private async Task<ExecProcess> LaunchAsync(Instance instance, TerminalSize? size, CancellationToken cancellationToken)
    {
        var settings = instance.Exec.Settings;
        using var held = await instance.Entry.Gate.AcquireAsync(cancellationToken);
        if (!instance.TryClaim())
        {
            throw GantryException.Conflict(instance.Exec.Running ? $"Error: Exec command {instance.Exec.Id} is already running" : $"Error: Exec command {instance.Exec.Id} has already run");
        }

        var container = instance.Entry.Container;
        try
        {
            EnsureRunning(instance.Entry);
            if (settings.WorkingDir is { Length: > 0 } and not ['/', ..])
            {
                throw new RuntimeException("OCI runtime exec failed: exec failed: Cwd must be an absolute path", notFound: false, notExecutable: false);
            }

            var spec = new ExecSpec
            {
                ExecId = instance.Exec.Id,
                Process = LaunchBuilder.ExecProcess(container, roots.PathOf(container.Id), settings.Cmd, settings.Env, settings.User, settings.WorkingDir, settings.Tty, size ?? settings.ConsoleSize),
                OpenStdin = settings.AttachStdin,
                Privileged = settings.Privileged || container.Settings.Host.Privileged,
            };
            instance.Process = await instance.Entry.Process!.ExecAsync(spec, CancellationToken.None);
            instance.Launched.TrySetResult();
            return instance.Process;
        }
        catch (Exception exception)
        {
            // The container may have ended since the client was told that its exec starts.
            Fail(instance, exception);
            throw;
        }
    }

    private async Task RunAsync(Instance instance, ExecProcess process)
    {
        try
        {
            await process.StartAsync(CancellationToken.None);
        }
        catch (RuntimeException exception)
        {
            Fail(instance, exception);
            throw;
        }

        instance.Exec = instance.Exec with { Running = true, Pid = process.Pid };
        Publish(instance.Entry.Container, instance.Exec.Id, ObjectEvents.ExecAction("exec_start", instance.Exec.Settings.Cmd));
        _ = background.Run(async () =>
        {
            var exit = await process.Exited;
            instance.Exec = instance.Exec with { Running = false, ExitCode = exit.Code };
            instance.EndedAt = time.GetUtcNow();
            instance.Process = null;
            instance.Settled.TrySetResult();
            await process.DisposeAsync();
            using (await instance.Entry.Gate.AcquireAsync())
            {
                if (!instance.Entry.IsRemoved)
                {
                    containers.Update(instance.Entry, current => current with { ExecIds = [.. current.ExecIds.Where(each => each != instance.Exec.Id)] });
                }
            }

            Publish(instance.Entry.Container, instance.Exec.Id, "exec_die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)));
        });
    }

    private void Fail(Instance instance, Exception exception)
    {
        instance.Exec = instance.Exec with { Running = false, ExitCode = exception is RuntimeException error ? error.ExitCode : 126 };
        instance.EndedAt = time.GetUtcNow();
        instance.Process = null;
        instance.Launched.TrySetResult();
        instance.Settled.TrySetResult();
    }

    private Instance Find(string id) => instances.TryGetValue(id, out var instance) ? instance : throw GantryException.NotFound($"No such exec instance: {id}");

    private static void EnsureRunning(ContainerEntry entry)
    {
        if (entry.IsRemoved)
        {
            throw GantryException.NotFound($"No such container: {entry.Id}");
        }

        if (entry.Process is null || !entry.Container.IsRunning)
        {
            throw GantryException.Conflict($"container {entry.Id} is not running");
        }

        if (entry.Container.State.Status == ContainerStatus.Paused)
        {
            throw GantryException.Conflict($"Container {entry.Container.Name} is paused, unpause the container before exec");
        }
    }

    // Ended instances are kept a while so that their exit code can be asked for.
    private void Sweep()
    {
        var limit = time.GetUtcNow() - KeptAfterExit;
        foreach (var (id, instance) in instances)
        {
            if (instance.EndedAt < limit || (instance.EndedAt is null && instance.Process is null && instance.Entry.IsRemoved))
            {
                instances.TryRemove(id, out _);
            }
        }
    }

    private void Publish(Container container, string execId, string action, params ReadOnlySpan<(string Key, string Value)> more) => events.PublishExec(container, execId, action, more);

    private sealed class Instance(ContainerEntry entry, Exec exec)
    {
        private int claimed;
        private volatile Exec exec = exec;

        public ContainerEntry Entry { get; } = entry;

        /// <summary>Completes when there is a process, or will be none.</summary>
        public TaskCompletionSource Launched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the exit code is known.</summary>
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exec Exec
        {
            get => exec;
            set => exec = value;
        }

        public ExecProcess? Process { get; set; }

        public DateTimeOffset? EndedAt { get; set; }

        public bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;
    }
}

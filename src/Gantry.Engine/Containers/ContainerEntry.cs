using Gantry.Core;
using Gantry.Networking;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>
/// The living side of one container: its snapshot, which anybody may read, and its process and sandbox, which belong to
/// whoever holds <see cref="Gate"/>.
/// </summary>
internal sealed class ContainerEntry(Container container)
{
    private readonly HashSet<TaskCompletionSource> outputs = [];
    private volatile Container current = container;

    public AsyncLock Gate { get; } = new();

    public ContainerId Id { get; } = container.Id;

    public Container Container => current;

    public ContainerProcess? Process { get; set; }

    public Sandbox? Sandbox { get; set; }

    /// <summary>Completes at the end of the run that is going on or comes next; replaced after each end.</summary>
    public TaskCompletionSource<ExitResult> NextExit { get; private set; } = NewSignal();

    /// <summary>Completes when the container is gone, with its last exit code.</summary>
    public TaskCompletionSource<ExitResult> Removed { get; } = NewSignal();

    /// <summary>Clients that attached before the process exists; connected between create and start.</summary>
    public List<PendingAttach> Pending { get; } = [];

    /// <summary>Completes when every attached client has got what the ended process wrote.</summary>
    public Task OutputDelivered
    {
        get
        {
            lock (outputs)
            {
                return Task.WhenAll(outputs.Select(output => output.Task));
            }
        }
    }

    /// <summary>The watch over the current run, its health loop and restart delay.</summary>
    public Task Watch { get; set; } = Task.CompletedTask;

    /// <summary>Sending of the log to a collector: of this run after those before it.</summary>
    public Task Forwarding { get; set; } = Task.CompletedTask;

    /// <summary>Cancelled when the run ends or a pending restart is called off.</summary>
    public CancellationTokenSource RunScope { get; set; } = new();

    /// <summary>What of the kernel's kills in this run has been told.</summary>
    public OomKills OomKills { get; set; } = new(0);

    /// <summary>Set under the gate when a stop, kill or removal wants no restart.</summary>
    public bool StopRequested { get; set; }

    /// <summary>Set under the gate while a stop (not a kill) is under way: its end is told as a stop, too.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Set under the gate while a restart stops the container: its end is no reason to remove it.</summary>
    public bool IsRestarting { get; set; }

    /// <summary>Set once removal is past the point of no return; everyone else answers "no such container".</summary>
    public bool IsRemoved { get; set; }

    public void Set(Container next) => current = next;

    /// <summary>Counts an attached client in, until the returned action is called; a second call does nothing.</summary>
    public Action ExpectOutput()
    {
        var output = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (outputs)
        {
            outputs.Add(output);
        }

        return () =>
        {
            lock (outputs)
            {
                outputs.Remove(output);
            }

            output.TrySetResult();
        };
    }

    public void SignalExit(ExitResult result)
    {
        var signal = NextExit;
        NextExit = NewSignal();
        signal.TrySetResult(result);
    }

    private static TaskCompletionSource<ExitResult> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How a run ended.</summary>
internal readonly record struct ExitResult(int ExitCode, string? Error);

/// <summary>An attach that waits for the process to be created.</summary>
internal sealed class PendingAttach(AttachStreams streams)
{
    public AttachStreams Streams { get; } = streams;

    public TaskCompletionSource<ProcessStreams> Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

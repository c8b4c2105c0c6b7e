using Gantry.Core;
using Gantry.Engine.Containers.Logs;
using Gantry.Engine.Events;
using Gantry.Linux;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <exception cref="GantryException">NotModified when it already runs; the start's own failure otherwise.</exception>
    public async Task StartAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        if (entry.Container.State.Status is ContainerStatus.Paused)
        {
            throw GantryException.Conflict("cannot start a paused container, try unpause instead");
        }

        if (entry.Container.IsRunning)
        {
            throw new GantryException(ErrorKind.NotModified, "");
        }

        await entry.RunScope.CancelAsync();
        containers.Update(entry, current => current with { RestartCount = 0, RestartDelay = TimeSpan.Zero });
        await StartHeldAsync(entry);
    }

    /// <summary>Starts under the entry's gate; undone completely when a step fails.</summary>
    private async Task StartHeldAsync(ContainerEntry entry)
    {
        var container = entry.Container;
        NetworkResult? network = null;
        ContainerProcess? process = null;
        ILogSink? sink = null;
        entry.StopRequested = false;
        runtime.Prepare();
        try
        {
            await MountVolumesAsync(entry);
            container = entry.Container;
            events.PublishMounts(container);

            // Mounting and networking know nothing of each other: both at once.
            var mounting = Task.Run(() => roots.Mount(container));
            try
            {
                network = await networking.AttachAsync(entry);
                entry.Sandbox = network.Sandbox;
            }
            finally
            {
                // Also when networking failed: what is undone must have happened.
                await mounting;
            }

            containers.Update(entry, current => current with { Networks = network.Networks, Ports = network.Ports, Publishes = network.Sandbox?.Publishes ?? false });
            WriteFiles(entry);
            sink = await OpenSinkAsync(container);
            process = await runtime.CreateAsync(launches.Build(entry.Container, roots.PathOf(container.Id), network.NamespacePath), CancellationToken.None);
            SubpathCheck.Check(container.Mounts, process.Pid);
            networking.PublishConnected(entry.Container);
            await ConnectPendingAsync(entry, process);
            await process.StartAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            sink?.Dispose();
            await UndoStartAsync(entry, process, exception);
            throw Translate(exception);
        }

        entry.Process = process;
        entry.RunScope = new CancellationTokenSource();
        var started = containers.Update(entry, current => current with
        {
            State = new ContainerState
            {
                Status = ContainerStatus.Running,
                Pid = process.Pid,
                StartedAt = time.GetUtcNow(),
                FinishedAt = current.State.FinishedAt,
                Health = HealthChecks.Initial(current.Settings.Healthcheck),
            },
        });
        Publish(started, "start");
        Forward(entry, process, sink);
        entry.OomKills = new OomKills(0);
        Watch(entry, process);
    }

    private void Watch(ContainerEntry entry, ContainerProcess process)
    {
        var scope = entry.RunScope.Token;
        _ = background.Run(() => health.RunAsync(entry, process, scope));
        _ = background.Run(() => WatchMemoryAsync(entry, process, scope));
        entry.Watch = background.Run(() => WatchExitAsync(entry, process));
    }

    // Its own, or those of the container whose network it shares: the two are one host.
    private void WriteFiles(ContainerEntry entry)
    {
        var container = entry.Container;
        if (networking.Joined(container) is { } other)
        {
            containers.Update(entry, current => current with
            {
                HostnamePath = other.HostnamePath,
                HostsPath = other.HostsPath,
                ResolvConfPath = other.ResolvConfPath,
                Settings = current.Settings with { Hostname = other.Settings.Hostname, Domainname = other.Settings.Domainname },
            });
            return;
        }

        files.Write(container, [.. container.Networks.Values.Select(attachment => attachment.Endpoint).OfType<Gantry.Networking.EndpointState>()], networking.HasNameResolution(container), networking.HostGateway, LegacyLinks.Hosts(container, containers));
    }

    private static async Task ConnectPendingAsync(ContainerEntry entry, ContainerProcess process)
    {
        PendingAttach[] waiting;
        lock (entry.Pending)
        {
            waiting = [.. entry.Pending];
            entry.Pending.Clear();
        }

        foreach (var pending in waiting)
        {
            var streams = await process.AttachAsync(pending.Streams, CancellationToken.None);
            if (!pending.Connected.TrySetResult(streams))
            {
                await streams.DisposeAsync();
            }
        }
    }

    private async Task UndoStartAsync(ContainerEntry entry, ContainerProcess? process, Exception exception)
    {
        if (process is not null)
        {
            await TryAsync(entry, "delete", () => process.DeleteAsync(force: true, CancellationToken.None));
            await process.DisposeAsync();
        }

        await TryAsync(entry, "network release", () => networking.ReleaseAsync(entry));
        await TryAsync(entry, "unmount", () => Task.Run(() => roots.Unmount(entry.Id)));
        await UnmountVolumesAsync(entry.Container);
        events.PublishUnmounts(entry.Container);
        var (code, reason) = exception is RuntimeException { NotFound: true } ? (127, exception.Message) : exception is RuntimeException { NotExecutable: true } ? (126, exception.Message) : (128, exception.Message);
        LogStartFailed(entry.Id.Short, reason);
        containers.Update(entry, current => current with
        {
            Networks = Detached(current),
            Ports = [],
            State = current.State with { Status = current.State.StartedAt is null ? ContainerStatus.Created : ContainerStatus.Exited, Pid = 0, ExitCode = code, Error = reason },
        });
        FailPending(entry);
        if (entry.Container.Settings.Host.AutoRemove)
        {
            await RemoveHeldAsync(entry, volumes: true);
        }
    }

    private static void FailPending(ContainerEntry entry)
    {
        lock (entry.Pending)
        {
            foreach (var pending in entry.Pending)
            {
                pending.Connected.TrySetCanceled();
            }

            entry.Pending.Clear();
        }
    }

    private static Dictionary<string, NetworkAttachment> Detached(Container container) =>
        container.Networks.ToDictionary(pair => pair.Key, pair => pair.Value with { Endpoint = null });

    // Docker: a program that is not there is the request's fault (400), what the kernel refuses is not (500).
    private static GantryException Translate(Exception exception) => exception switch
    {
        GantryException known => known,
        RuntimeException { NotFound: true } or RuntimeException { NotExecutable: true } => new GantryException(ErrorKind.InvalidArgument, exception.Message, exception),
        LinuxException { Errno: Errno.ENOSPC } => new GantryException(ErrorKind.Internal, "no space left on device", exception),
        _ => new GantryException(ErrorKind.Internal, exception.Message, exception),
    };

    private async Task TryAsync(ContainerEntry entry, string what, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            LogFailure(entry.Id.Short, what, exception);
        }
    }

    private static void EnsureThere(ContainerEntry entry, string nameOrId)
    {
        if (entry.IsRemoved)
        {
            throw GantryException.NotFound($"No such container: {nameOrId}");
        }
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Monitor.Protocol;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Monitoring;
using Gantry.Runtime.Oci;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime;

/// <summary>A created or running container. Safe for concurrent use.</summary>
public sealed class ContainerProcess : IAsyncDisposable
{
    // What a container whose monitor was killed has ended with: it is killed, too, since nobody holds its output any more.
    private const int KilledCode = 128 + Signal.SIGKILL;

    private readonly StateFolder folder;
    private readonly ContainerRecord record;
    private readonly MonitorConnection? monitor;
    private readonly SpareMonitor? monitors;
    private readonly Freezer freezer;
    private readonly CgroupReader cgroup;

    internal ContainerProcess(StateFolder folder, ContainerRecord record, MonitorConnection? monitor, SpareMonitor? monitors, int pid)
    {
        (this.folder, this.record, this.monitor, this.monitors, Pid) = (folder, record, monitor, monitors, pid);
        freezer = new Freezer(folder.Host, record.CgroupsPath);
        cgroup = new CgroupReader(folder.Host, record.CgroupsPath);
        Exited = WaitAsync();
    }

    public ContainerId Id => folder.Id;

    /// <summary>Host pid of the container's init.</summary>
    public int Pid { get; }

    public bool Terminal => record.Terminal;

    /// <summary>Completes when the process has ended and all its output is in the log.</summary>
    public Task<ProcessExit> Exited { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(MessageKind.Start, ReadOnlyMemory<byte>.Empty, cancellationToken);
        if (reply.Kind != MessageKind.Started)
        {
            throw RuntimeErrors.Start(Runtime, reply.Text, new ProcessSpec { Args = [record.Executable] });
        }
    }

    /// <summary>Signals the init; a vanished process is success. SIGKILL reaches a paused container, too.</summary>
    /// <exception cref="LinuxException">EINVAL: no such signal.</exception>
    public async Task KillAsync(int signal, CancellationToken cancellationToken)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, signal);
        var reply = await RequestAsync(MessageKind.Kill, payload, cancellationToken);
        if (reply.Kind == MessageKind.Done && reply.Number is not (0 or (int)Errno.ESRCH))
        {
            throw new LinuxException("kill", (Errno)reply.Number);
        }

        if (signal == Signal.SIGKILL && !folder.Host.IsUnified)
        {
            // The freezer of cgroup version 1 holds even this signal back (freezer-subsystem.rst).
            freezer.Thaw();
        }
    }

    public Task PauseAsync(CancellationToken cancellationToken) => freezer.FreezeAsync(cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken)
    {
        freezer.Thaw();
        return Task.CompletedTask;
    }

    public async Task UpdateAsync(ResourceLimits resources, CancellationToken cancellationToken)
    {
        LimitRemoval.Apply(folder.Host, record.CgroupsPath, resources);
        var file = Path.Combine(folder.Directory, $"update-{Guid.NewGuid():N}.json");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(ResourceBuilder.Build(resources), OciJson.Default.OciResources), cancellationToken);
        try
        {
            string[] arguments = ["--root", record.RuntimeRoot, "update", "--resources", file, Id.ToString()];
            var (code, output) = await Task.Run(() => RuntimeCommand.Run(record.RuntimePath, arguments), CancellationToken.None);
            if (code != 0)
            {
                throw new RuntimeException($"OCI runtime update failed: {output.Trim()}", notFound: false, notExecutable: false);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) =>
        monitor?.SendAsync(MessageKind.Resize, size.ToPayload(), cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// Connects to the process's stdio. Output read from the stream is Docker's multiplexed framing (8-byte headers) or, with a terminal, raw bytes;
    /// it ends when the process has ended and all output was delivered. Works before Start: nothing is missed.
    /// A client that takes nothing holds the process up, as a full pipe does; after five minutes it is dropped.
    /// </summary>
    public Task<ProcessStreams> AttachAsync(AttachStreams streams, CancellationToken cancellationToken) =>
        ControlSocket.AttachAsync(folder.Directory, streams, cancellationToken);

    /// <summary>Runs another process in the container (docker exec) under a monitor of its own.</summary>
    public async Task<ExecProcess> ExecAsync(ExecSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Exited.IsCompleted || monitors is null)
        {
            throw GantryException.Conflict($"container {Id} is not running");
        }

        return await ExecProcess.CreateAsync(spec, folder, record, monitors);
    }

    /// <summary>Host pids of every process in the container's cgroup.</summary>
    public IReadOnlyList<int> Pids() =>
        folder.Host.ProcessDirectory(record.CgroupsPath) is { } directory ? CgroupDirectory.Processes(directory) : [];

    public CgroupStats ReadStats() => cgroup.Read();

    /// <summary>Its processes that the kernel has killed for want of memory so far; 0 once its cgroup is gone.</summary>
    public ulong OomKills() => cgroup.OomKills();

    /// <summary>Whether its processes wait for memory, because none of them may be killed for it (--oom-kill-disable).</summary>
    public bool IsOutOfMemory() => cgroup.IsOutOfMemory();

    internal string CgroupsPath => record.CgroupsPath;

    /// <summary>After exit (or kill -9 first when forced): cgroup, socket, runtime state and state folder gone. Idempotent.</summary>
    /// <exception cref="GantryException">Conflict: it runs and is not forced.</exception>
    public async Task DeleteAsync(bool force, CancellationToken cancellationToken)
    {
        if (!Exited.IsCompleted)
        {
            if (!force)
            {
                throw GantryException.Conflict($"container {Id} has not ended");
            }

            await KillAsync(Signal.SIGKILL, cancellationToken);
            await Exited.WaitAsync(cancellationToken);
        }

        folder.Remove(record);
    }

    /// <summary>Lets go of the control connection; the container goes on.</summary>
    public ValueTask DisposeAsync() => monitor?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A container that no monitor serves any more.</summary>
    internal static ContainerProcess Ended(StateFolder folder, ContainerRecord record) => new(folder, record, null, null, 0);

    private OciRuntime Runtime => new(record.RuntimeName, record.RuntimeVersion, record.RuntimePath);

    private async Task<MonitorReply> RequestAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        monitor is null ? MonitorReply.Gone : await monitor.RequestAsync(kind, payload, cancellationToken);

    private async Task<ProcessExit> WaitAsync()
    {
        var exit = monitor is null ? null : await monitor.Ended;
        if (exit is not null || (exit = folder.FindExit()) is not null)
        {
            return exit;
        }

        if (monitor is not null && folder.HasMonitor())
        {
            // Only this side let go.
            return await new TaskCompletionSource<ProcessExit>().Task;
        }

        folder.KillMembers(record);
        return new ProcessExit(KilledCode, DateTimeOffset.UtcNow, OomKilled: false);
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using Gantry.Monitor.Protocol;
using Gantry.Runtime.Monitoring;
using Gantry.Runtime.Oci;
using Gantry.Runtime.Security;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime;

/// <summary>A process run beside a container's own.</summary>
public sealed class ExecProcess : IAsyncDisposable
{
    // What Docker answers for a process that could not be run.
    private const int NotFoundCode = 127;
    private const int NotExecutableCode = 126;

    private readonly string directory;
    private readonly ProcessSpec process;
    private readonly MonitorConnection monitor;
    private readonly TaskCompletionSource<ProcessExit> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ExecProcess(string directory, ProcessSpec process, MonitorConnection monitor)
    {
        (this.directory, this.process, this.monitor) = (directory, process, monitor);
        Exited = WaitAsync();
    }

    /// <summary>Host pid; 0 before Start.</summary>
    public int Pid { get; private set; }

    /// <summary>Also completes, with 126 or 127, when the process could not be started.</summary>
    public Task<ProcessExit> Exited { get; }

    public Task<ProcessStreams> AttachAsync(AttachStreams streams, CancellationToken cancellationToken) =>
        ControlSocket.AttachAsync(directory, streams, cancellationToken);

    /// <summary>The process waits for this call, so that an attach before it misses nothing.</summary>
    /// <exception cref="RuntimeException">It cannot be run.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var reply = await monitor.RequestAsync(MessageKind.Start, cancellationToken);
        if (reply.Kind == MessageKind.Started)
        {
            Pid = reply.Number;
            return;
        }

        var error = RuntimeErrors.Exec(reply.Text, process);
        failed.TrySetResult(new ProcessExit(error.NotFound ? NotFoundCode : NotExecutableCode, DateTimeOffset.UtcNow, OomKilled: false));
        throw error;
    }

    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) =>
        monitor.SendAsync(MessageKind.Resize, size.ToPayload(), cancellationToken);

    /// <summary>Sends a signal; a process that is gone is success.</summary>
    public Task KillAsync(int signal, CancellationToken cancellationToken)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, signal);
        return monitor.RequestAsync(MessageKind.Kill, payload, cancellationToken);
    }

    /// <summary>Lets go of it; a started process goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        failed.TrySetResult(new ProcessExit(NotExecutableCode, DateTimeOffset.UtcNow, OomKilled: false));
    }

    internal static async Task<ExecProcess> CreateAsync(ExecSpec spec, StateFolder container, ContainerRecord record, SpareMonitor monitors)
    {
        var directory = Path.Combine(container.Directory, "exec-" + spec.ExecId);
        Directory.CreateDirectory(directory);
        var monitor = monitors.Take();
        try
        {
            var file = Path.Combine(directory, "process.json");
            var capabilities = spec.Privileged ? Capabilities.Resolve(true, [], []) : record.Capabilities;
            var process = ProcessBuilder.Build(spec.Process, capabilities, record.NoNewPrivileges && !spec.Privileged) with { ApparmorProfile = record.AppArmorProfile };
            if (record.AppArmorProfile == AppArmor.DefaultProfile)
            {
                AppArmor.EnsureDefault(directory);
            }

            await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(process, OciJson.Default.OciProcess));
            var text = new LaunchText()
                .Add(LaunchText.Directory, directory)
                .Add(LaunchText.Id, container.Id.ToString())
                .Add(LaunchText.Runtime, record.RuntimePath)
                .Add(LaunchText.Root, record.RuntimeRoot)
                .Add(LaunchText.Process, file)
                .Add(LaunchText.Terminal, spec.Process.Terminal)
                .Add(LaunchText.Stdin, spec.OpenStdin)
                .Add(LaunchText.StdinOnce, spec.OpenStdin);
            var reply = await monitor.LaunchAsync(spec.Process.InitialSize is { } size ? text.AddSize(size) : text);
            return reply.Kind == MessageKind.Created
                ? new ExecProcess(directory, spec.Process, monitor)
                : throw RuntimeErrors.Exec(reply.Text, spec.Process);
        }
        catch
        {
            await monitor.DisposeAsync();
            StateFolder.RemoveFolder(directory);
            throw;
        }
        finally
        {
            monitors.Refill();
        }
    }

    private async Task<ProcessExit> WaitAsync()
    {
        var exit = await monitor.Ended ?? await failed.Task;
        StateFolder.RemoveFolder(directory);
        return exit;
    }
}

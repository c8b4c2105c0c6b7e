// The face of Gantry.Runtime that Engine is written against. Its owner splits this file by topic.
#pragma warning disable
using Gantry.Core;

namespace Gantry.Runtime;

public sealed record RuntimeOptions
{
    /// <summary>Live state, one folder a container (/run/gantry/containers): bundle's config.json, control socket, pid and exit files.</summary>
    public required string StateDirectory { get; init; }
    /// <summary>The gantry-monitor binary.</summary>
    public required string MonitorPath { get; init; }
    /// <summary>Preferred runtime binary; null means crun on PATH, then runc.</summary>
    public string? RuntimePath { get; init; }
    /// <summary>cgroup parent, "/gantry" by default.</summary>
    public string CgroupParent { get; init; } = "/gantry";
    /// <summary>A static init for --init, or null when there is none.</summary>
    public string? InitPath { get; init; }
}

/// <summary>Everything needed to run one container: resolved, absolute, no names left to look up. The runtime turns it into an OCI config.json.</summary>
public sealed record LaunchSpec
{
    public required ContainerId Id { get; init; }
    /// <summary>Mounted root filesystem (absolute host path).</summary>
    public required string RootDirectory { get; init; }
    public bool ReadOnlyRoot { get; init; }
    public required ProcessSpec Process { get; init; }
    public string Hostname { get; init; } = "";
    public string Domainname { get; init; } = "";
    /// <summary>Beyond the defaults (/proc, /dev, /dev/pts, /dev/mqueue, /dev/shm, /sys, /sys/fs/cgroup), which the runtime adds, in order.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];
    public long ShmSize { get; init; } = 64 << 20;
    /// <summary>Network namespace to join; null shares the host's.</summary>
    public string? NetworkNamespacePath { get; init; }
    /// <summary>"private" (default), "host", or a namespace path to join.</summary>
    public string IpcMode { get; init; } = "private";
    public string PidMode { get; init; } = "private";
    public string UtsMode { get; init; } = "private";
    public string CgroupNamespaceMode { get; init; } = "private";
    public bool Privileged { get; init; }
    /// <summary>Docker's names with or without CAP_, or ALL.</summary>
    public IReadOnlyList<string> CapabilitiesAdd { get; init; } = [];
    public IReadOnlyList<string> CapabilitiesDrop { get; init; } = [];
    /// <summary>null: Docker's default profile; "unconfined"; or a profile as JSON text (Docker's seccomp format).</summary>
    public string? SeccompProfile { get; init; }
    public bool NoNewPrivileges { get; init; }
    /// <summary>null: Docker's defaults; empty: none (systempaths=unconfined).</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<DeviceSpec> Devices { get; init; } = [];
    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];
    public ResourceLimits Resources { get; init; } = new();
    public string? CgroupParent { get; init; }
    public bool Init { get; init; }
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
    public required LogFile Log { get; init; }
    /// <summary>Stdin is kept open (docker -i); otherwise /dev/null.</summary>
    public bool OpenStdin { get; init; }
    /// <summary>Stdin closes for the container when the first attached client that sent stdin goes away.</summary>
    public bool StdinOnce { get; init; }
}

public sealed record ProcessSpec
{
    public required IReadOnlyList<string> Args { get; init; }
    public IReadOnlyList<string> Env { get; init; } = [];
    public string WorkingDirectory { get; init; } = "/";
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];
    public bool Terminal { get; init; }
    public TerminalSize? InitialSize { get; init; }
    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];
    public int? OomScoreAdj { get; init; }
}

public readonly record struct TerminalSize(int Width, int Height);
public readonly record struct Ulimit(string Name, long Soft, long Hard);
public sealed record MountSpec(string Type, string Source, string Destination, IReadOnlyList<string> Options);
public sealed record DeviceSpec(string PathOnHost, string PathInContainer, string Permissions);

/// <summary>Null means "not limited". Memory in bytes; CPU quota and period in microseconds.</summary>
public sealed record ResourceLimits
{
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? MemoryReservation { get; init; }
    public int? MemorySwappiness { get; init; }
    public bool OomKillDisable { get; init; }
    public ulong? CpuShares { get; init; }
    public long? CpuQuota { get; init; }
    public ulong? CpuPeriod { get; init; }
    public string? CpusetCpus { get; init; }
    public string? CpusetMems { get; init; }
    public long? PidsLimit { get; init; }
    public ushort? BlkioWeight { get; init; }
}

/// <summary>Where the monitor writes the json-file log; rotation: MaxSize bytes (0 = never) and MaxFiles kept. Path null: no log (driver none).</summary>
public sealed record LogFile(string? Path, long MaxSize = 10 << 20, int MaxFiles = 3);

/// <param name="Code">Docker's code: 0-255, 128+n for a signal.</param>
public sealed record ProcessExit(int Code, DateTimeOffset At, bool OomKilled);

/// <summary>Creates containers and finds running ones again after a daemon restart.</summary>
public sealed class ContainerRuntime
{
    public ContainerRuntime(RuntimeOptions options) => throw new NotImplementedException();
    /// <summary>Name of the runtime in use, e.g. "crun", its version line and path.</summary>
    public (string Name, string Version, string Path) Runtime => throw new NotImplementedException();
    /// <summary>
    /// Starts the monitor, which runs "crun create". On return the container exists, its init waits. Failure leaves nothing behind and throws
    /// <see cref="RuntimeException"/> with crun's own message (used for Docker's 126/127 exit codes).
    /// </summary>
    public Task<ContainerProcess> CreateAsync(LaunchSpec spec, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>
    /// Finds a container created by an earlier daemon: connects to its monitor, or reads the exit it left behind (then Exited is already complete).
    /// Null when there is no trace of it.
    /// </summary>
    public Task<ContainerProcess?> ReconnectAsync(ContainerId id, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Ids that have state on disk.</summary>
    public IReadOnlyList<ContainerId> Known() => throw new NotImplementedException();
}

/// <summary>The OCI runtime refused: its stderr's last line as the message.</summary>
public sealed class RuntimeException(string message, bool notFound, bool notExecutable) : Exception(message)
{
    /// <summary>The executable was not found (exit code 127).</summary>
    public bool NotFound { get; } = notFound;
    /// <summary>It cannot be executed (exit code 126).</summary>
    public bool NotExecutable { get; } = notExecutable;
}

/// <summary>A created or running container. Safe for concurrent use.</summary>
public sealed class ContainerProcess : IAsyncDisposable
{
    public ContainerId Id => throw new NotImplementedException();
    /// <summary>Host pid of the container's init.</summary>
    public int Pid => throw new NotImplementedException();
    public bool Terminal => throw new NotImplementedException();
    public Task<ProcessExit> Exited => throw new NotImplementedException();
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>By pidfd or crun kill; a vanished process is success.</summary>
    public Task KillAsync(int signal, CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task PauseAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task ResumeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task UpdateAsync(ResourceLimits resources, CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>
    /// Connects to the process's stdio. Output read from the stream is Docker's multiplexed framing (8-byte headers) or, with a terminal, raw bytes;
    /// it ends when the process has ended and all output was delivered. Works before Start: nothing is missed.
    /// </summary>
    public Task<ProcessStreams> AttachAsync(AttachStreams streams, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Runs another process in the container (docker exec) under a monitor of its own.</summary>
    public Task<ExecProcess> ExecAsync(ExecSpec spec, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Host pids of every process in the container's cgroup.</summary>
    public IReadOnlyList<int> Pids() => throw new NotImplementedException();
    public CgroupStats ReadStats() => throw new NotImplementedException();
    /// <summary>After exit (or kill -9 first when forced): crun delete, cgroup, socket and state folder gone. Idempotent.</summary>
    public Task DeleteAsync(bool force, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Lets go of the control connection; the container goes on.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

[Flags]
public enum AttachStreams { None = 0, Stdin = 1, Stdout = 2, Stderr = 4, All = 7 }

/// <summary>One attached client's view. Read output from <see cref="Output"/>; write stdin to <see cref="Input"/>.</summary>
public sealed class ProcessStreams : IAsyncDisposable
{
    public Stream Output => throw new NotImplementedException();
    public Stream Input => throw new NotImplementedException();
    /// <summary>End of stdin from this client (half-close).</summary>
    public void CloseInput() => throw new NotImplementedException();
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

public sealed record ExecSpec
{
    /// <summary>64 hex digits.</summary>
    public required string ExecId { get; init; }
    public required ProcessSpec Process { get; init; }
    public bool OpenStdin { get; init; }
    public bool Privileged { get; init; }
}

public sealed class ExecProcess : IAsyncDisposable
{
    public int Pid => throw new NotImplementedException();
    public Task<ProcessExit> Exited => throw new NotImplementedException();
    public Task<ProcessStreams> AttachAsync(AttachStreams streams, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>The process waits for this call, so that an attach before it misses nothing.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) => throw new NotImplementedException();
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Raw cgroup counters, v1 or v2 behind one shape. Nanoseconds and bytes.</summary>
public sealed record CgroupStats
{
    public ulong CpuTotal { get; init; }
    public ulong CpuUser { get; init; }
    public ulong CpuKernel { get; init; }
    public ulong ThrottledPeriods { get; init; }
    public ulong Periods { get; init; }
    public ulong ThrottledTime { get; init; }
    public ulong MemoryUsage { get; init; }
    public ulong MemoryLimit { get; init; }
    public ulong MemoryMaxUsage { get; init; }
    public IReadOnlyDictionary<string, ulong> MemoryDetails { get; init; } = new Dictionary<string, ulong>();
    public ulong Pids { get; init; }
    public ulong PidsLimit { get; init; }
    public IReadOnlyList<(uint Major, uint Minor, string Operation, ulong Bytes)> BlockIo { get; init; } = [];
}

public enum LogSource { Stdout, Stderr }

public sealed record LogEntry(LogSource Source, DateTimeOffset Time, ReadOnlyMemory<byte> Line)
{
    /// <summary>The nanosecond text as written in the file.</summary>
    public string TimeText { get; init; } = "";
}

public sealed record LogQuery
{
    public bool Stdout { get; init; } = true;
    public bool Stderr { get; init; } = true;
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Null means all.</summary>
    public int? Tail { get; init; }
    public bool Follow { get; init; }
}

/// <summary>Reads json-file logs across rotated files.</summary>
public static class JsonFileLog
{
    /// <summary>With Follow it goes on until <paramref name="ended"/> completes and the file is read to its end; survives rotation.</summary>
    public static IAsyncEnumerable<LogEntry> ReadAsync(string path, LogQuery query, Task ended, CancellationToken cancellationToken) => throw new NotImplementedException();
}

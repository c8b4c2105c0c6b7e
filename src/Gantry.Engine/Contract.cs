// The face of the Engine's services that Daemon is written against, until each has its file.
#pragma warning disable
using Gantry.Build;
using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Networking;
using Gantry.Runtime;

namespace Gantry.Engine.Containers
{
    public sealed record ContainerCreated(ContainerId Id, IReadOnlyList<string> Warnings);
    public enum WaitCondition { NotRunning, NextExit, Removed }
    public sealed record ContainerListQuery
    {
        public bool All { get; init; }
        public int Limit { get; init; }
        public ObjectFilters Filters { get; init; } = ObjectFilters.None;
    }
    public sealed record AttachOptions
    {
        public bool Stream { get; init; }
        public bool Logs { get; init; }
        public bool Stdin { get; init; }
        public bool Stdout { get; init; }
        public bool Stderr { get; init; }
        /// <summary>Bytes that detach when typed (default ctrl-p ctrl-q), only acted on with a terminal.</summary>
        public string? DetachKeys { get; init; }
    }
    public sealed record PruneReport(IReadOnlyList<string> Deleted, long SpaceReclaimed);

    public sealed class ContainerService
    {
        /// <summary>Every container, newest first.</summary>
        public IReadOnlyList<Container> All => throw new NotImplementedException();
        public Task<ContainerCreated> CreateAsync(string? name, ContainerSettings settings, Platform? platform, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>By name, id or unique id prefix. NotFound "No such container: x".</summary>
        public Container Get(string nameOrId) => throw new NotImplementedException();
        public Container? Find(string nameOrId) => throw new NotImplementedException();
        public IReadOnlyList<Container> List(ContainerListQuery query) => throw new NotImplementedException();
        /// <summary>NotModified when it already runs.</summary>
        public Task StartAsync(string nameOrId, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>NotModified when it does not run. Timeout null: the container's own; negative: wait for ever. Signal null: the container's.</summary>
        public Task StopAsync(string nameOrId, int? timeoutSeconds, string? signal, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task RestartAsync(string nameOrId, int? timeoutSeconds, string? signal, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task KillAsync(string nameOrId, string? signal, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task PauseAsync(string nameOrId, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task UnpauseAsync(string nameOrId, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task RenameAsync(string nameOrId, string newName, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task RemoveAsync(string nameOrId, bool force, bool volumes, bool link, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>Registers the wait before it returns (so headers can be flushed); the task inside gives exit code and error.</summary>
        public Task<(int ExitCode, string? Error)> Wait(string nameOrId, WaitCondition condition, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>Entries of the container's log; InvalidArgument when its driver keeps none.</summary>
        public IAsyncEnumerable<LogEntry> Logs(string nameOrId, LogQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>Checks and connects; throws before anything is written to the client. Conflict when paused, or "not running".</summary>
        public Task<AttachedSession> AttachAsync(string nameOrId, AttachOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task ResizeAsync(string nameOrId, TerminalSize size, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>ps titles and rows for the container's processes.</summary>
        public Task<(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes)> TopAsync(string nameOrId, string psArguments, CancellationToken cancellationToken) => throw new NotImplementedException();
        public IReadOnlyList<FileChange> Changes(string nameOrId) => throw new NotImplementedException();
        public Task<IReadOnlyList<string>> UpdateAsync(string nameOrId, ResourceLimits resources, long nanoCpus, RestartPolicy? restartPolicy, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task<PruneReport> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task<Image> CommitAsync(string nameOrId, ImageReference? reference, string comment, string author, bool pause, IReadOnlyList<string> changes, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task ExportAsync(string nameOrId, Stream output, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>Raw counters now; null when it does not run.</summary>
        public CgroupStats? ReadStats(string nameOrId) => throw new NotImplementedException();
        /// <summary>(SizeRw, SizeRootFs) in bytes.</summary>
        public (long ReadWrite, long RootFs) Sizes(Container container) => throw new NotImplementedException();
        /// <summary>"Up 3 seconds (healthy)", "Exited (0) 2 minutes ago", ...</summary>
        public string StatusText(Container container) => throw new NotImplementedException();
    }

    /// <summary>A connected attach or exec session, to be pumped over a hijacked connection.</summary>
    public sealed class AttachedSession : IAsyncDisposable
    {
        /// <summary>Raw bytes instead of 8-byte frames.</summary>
        public bool Terminal => throw new NotImplementedException();
        /// <summary>Copies both ways until the output ended, the client left (cancellation) or detached. <paramref name="input"/> ending is a half-close of stdin.</summary>
        public Task PumpAsync(Stream input, Stream output, CancellationToken cancellationToken) => throw new NotImplementedException();
        public ValueTask DisposeAsync() => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Execs
{
    using Gantry.Engine.Containers;

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

    /// <summary>An exec instance now.</summary>
    public sealed record Exec(string Id, ContainerId ContainerId, ExecSettings Settings, bool Running, int? ExitCode, int Pid);

    public sealed class ExecService
    {
        public Task<string> CreateAsync(string container, ExecSettings settings, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>NotFound "No such exec instance: x".</summary>
        public Exec Get(string id) => throw new NotImplementedException();
        /// <summary>Starts attached: the session is connected before the process runs.</summary>
        public Task<AttachedSession> StartAsync(string id, bool? tty, TerminalSize? size, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task StartDetachedAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task ResizeAsync(string id, TerminalSize size, CancellationToken cancellationToken) => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Images
{
    using Gantry.Engine.Containers;

    public sealed record ImageListQuery
    {
        public bool All { get; init; }
        public ObjectFilters Filters { get; init; } = ObjectFilters.None;
    }

    public sealed class ImageService
    {
        public Image Get(string nameOrId, Platform? platform = null) => throw new NotImplementedException();
        /// <summary>Newest first, filtered (dangling, label, before, since, until, reference).</summary>
        public IReadOnlyList<Image> List(ImageListQuery query) => throw new NotImplementedException();
        /// <summary>Containers using the image.</summary>
        public int ContainerCount(Digest id) => throw new NotImplementedException();
        public void Tag(string source, string repository, string tag) => throw new NotImplementedException();
        public RemovedImage Remove(string nameOrId, bool force, bool noPrune) => throw new NotImplementedException();
        public Task<(IReadOnlyList<RemovedImage> Removed, long SpaceReclaimed)> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task<IReadOnlyList<(Image Image, IReadOnlyList<ImageReference> References)>> LoadAsync(Stream archive, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task SaveAsync(IReadOnlyList<string> names, Stream output, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>docker import. Changes are Dockerfile instructions.</summary>
        public Task<Image> ImportAsync(Stream tar, ImageReference? reference, string message, IReadOnlyList<string> changes, Platform? platform, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>docker pull; this release has no registry client yet: Unavailable, in the words of a registry that does not answer.</summary>
        public Task PullAsync(ImageReference reference, Platform? platform, CancellationToken cancellationToken) => throw new NotImplementedException();
        public long TotalSize() => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Networks
{
    public sealed record IpamPool(string Subnet, string? IpRange, string? Gateway);
    public sealed record NetworkSettings
    {
        public required string Name { get; init; }
        public string Driver { get; init; } = "bridge";
        public bool Internal { get; init; }
        public bool Attachable { get; init; }
        public bool Ingress { get; init; }
        public bool EnableIPv4 { get; init; } = true;
        public bool EnableIPv6 { get; init; }
        public string IpamDriver { get; init; } = "default";
        public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();
        public IReadOnlyList<IpamPool> Pools { get; init; } = [];
        public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
        public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    }

    /// <summary>A network now. Built-in ones (bridge, host, none) have no <see cref="Bridge"/> but the first.</summary>
    public sealed record Network
    {
        public required string Id { get; init; }
        public required DateTimeOffset Created { get; init; }
        public required NetworkSettings Settings { get; init; }
        public BridgeNetwork? Bridge { get; init; }
        public string Name => Settings.Name;
    }

    public sealed class NetworkService
    {
        public Task<(Network Network, string Warning)> CreateAsync(NetworkSettings settings, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>By name, id or unique prefix. NotFound "network x not found".</summary>
        public Network Get(string nameOrId) => throw new NotImplementedException();
        /// <summary>Filters: driver, id, label, name, scope, type, dangling.</summary>
        public IReadOnlyList<Network> List(ObjectFilters filters) => throw new NotImplementedException();
        /// <summary>Running containers on the network.</summary>
        public IReadOnlyList<(Containers.Container Container, EndpointState Endpoint)> Attached(Network network) => throw new NotImplementedException();
        public Task ConnectAsync(string network, string container, Containers.EndpointSettings settings, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task DisconnectAsync(string network, string container, bool force, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task RemoveAsync(string nameOrId, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task<IReadOnlyList<string>> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken) => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Volumes
{
    /// <param name="Anonymous">Made for a container without a name.</param>
    public sealed record Volume(string Name, DateTimeOffset Created, string Driver, string Mountpoint, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Options, bool Anonymous);

    public sealed class VolumeService
    {
        /// <summary>Name empty: an anonymous one. An existing name with the same driver is returned as it is.</summary>
        public Task<Volume> CreateAsync(string name, string driver, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>NotFound "get x: no such volume".</summary>
        public Volume Get(string name) => throw new NotImplementedException();
        /// <summary>Filters: dangling, driver, label, name.</summary>
        public IReadOnlyList<Volume> List(ObjectFilters filters) => throw new NotImplementedException();
        public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken) => throw new NotImplementedException();
        public Task<Containers.PruneReport> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken) => throw new NotImplementedException();
        /// <summary>Bytes used and containers referring to it.</summary>
        public (long Size, int References) Usage(Volume volume) => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Builds
{
    public sealed class BuildService
    {
        /// <summary>
        /// Takes the context tar (plain, gzip, zstd) with the reserved folder .gantry-build/ (contexts/NAME/..., secrets/ID), unpacks it into a private folder, builds,
        /// tags, and removes the folder. <paramref name="namedContexts"/>: name to "dir" or "docker-image://REF".
        /// </summary>
        public Task<Image> BuildAsync(Stream contextTar, BuildRequest template, IReadOnlyDictionary<string, string> namedContexts, IReadOnlyList<string> secretIds, IReadOnlyList<ImageReference> tags, IProgress<BuildEvent> progress, CancellationToken cancellationToken) => throw new NotImplementedException();
        public long CacheSize() => throw new NotImplementedException();
        public Task<long> PruneAsync(bool all, CancellationToken cancellationToken) => throw new NotImplementedException();
    }
}

namespace Gantry.Engine.Events
{
    public sealed class EventService
    {
        public void Publish(string type, string action, string actorId, params ReadOnlySpan<(string Key, string Value)> attributes) => throw new NotImplementedException();
        /// <summary>Kept events since a moment (the last 256), then live ones until <paramref name="until"/> passes or the caller cancels. Filters: container, daemon, event, image, label, network, scope, type, volume.</summary>
        public IAsyncEnumerable<EngineEvent> ReadAsync(DateTimeOffset? since, DateTimeOffset? until, ObjectFilters filters, CancellationToken cancellationToken) => throw new NotImplementedException();
    }
}

namespace Gantry.Engine
{
    public sealed record EngineOptions
    {
        /// <summary>Persistent state: images, snapshots, volumes, database (/var/lib/gantry).</summary>
        public required string DataDirectory { get; init; }
        /// <summary>State of this boot (/run/gantry).</summary>
        public required string RunDirectory { get; init; }
        public required string MonitorPath { get; init; }
        public string? RuntimePath { get; init; }
        public string CgroupParent { get; init; } = "/gantry";
        public NetworkingOptions Networking { get; init; } = new();
        /// <summary>The bundle that --trust-host-ca and label gantry.trust-host-ca mount.</summary>
        public string CertificateBundle { get; init; } = "/etc/ssl/certs/ca-certificates.crt";
    }

    /// <summary>Facts about host and engine for /info and /version.</summary>
    public sealed record SystemFacts
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public required string KernelVersion { get; init; }
        public required string OperatingSystem { get; init; }
        public required string OsVersion { get; init; }
        public required string Architecture { get; init; }
        public required int Cpus { get; init; }
        public required long Memory { get; init; }
        public required string CgroupVersion { get; init; }
        public required string CgroupDriver { get; init; }
        public required string DataDirectory { get; init; }
        public required string RuntimeName { get; init; }
        public required string RuntimeVersion { get; init; }
        public required string RuntimePath { get; init; }
        public bool MemoryLimit { get; init; }
        public bool SwapLimit { get; init; }
        public bool PidsLimit { get; init; }
        public bool CpuCfs { get; init; }
        public bool CpuShares { get; init; }
        public bool CpuSet { get; init; }
        public bool OomKillDisable { get; init; }
        public bool IPv4Forwarding { get; init; }
        public IReadOnlyList<string> SecurityOptions { get; init; } = [];
        public IReadOnlyList<string> Warnings { get; init; } = [];
    }

    /// <summary>The whole engine: opens the stores, restores containers, owns every background loop.</summary>
    public sealed class GantryEngine : IAsyncDisposable
    {
        public static Task<GantryEngine> OpenAsync(EngineOptions options, Microsoft.Extensions.Logging.ILoggerFactory loggers, CancellationToken cancellationToken) => throw new NotImplementedException();
        public EngineOptions Options => throw new NotImplementedException();
        public Containers.ContainerService Containers => throw new NotImplementedException();
        public Execs.ExecService Execs => throw new NotImplementedException();
        public Images.ImageService Images => throw new NotImplementedException();
        public Networks.NetworkService Networks => throw new NotImplementedException();
        public Volumes.VolumeService Volumes => throw new NotImplementedException();
        public Builds.BuildService Builds => throw new NotImplementedException();
        public Events.EventService Events => throw new NotImplementedException();
        public SystemFacts Facts => throw new NotImplementedException();
        /// <summary>Stops the loops and lets containers live on.</summary>
        public ValueTask DisposeAsync() => throw new NotImplementedException();
    }
}

using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Runtime;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>What a creation gives back.</summary>
public sealed record ContainerCreated(ContainerId Id, IReadOnlyList<string> Warnings);

/// <summary>What a wait waits for.</summary>
public enum WaitCondition
{
    NotRunning,
    NextExit,
    Removed,
}

/// <summary>What a prune removed and how many bytes that freed.</summary>
public sealed record PruneReport(IReadOnlyList<string> Deleted, long SpaceReclaimed);

/// <summary>
/// Owner of the containers. One writer per container: every change is made under its entry's gate; readers see immutable
/// snapshots. Once a change has begun the client's cancellation no longer counts.
/// </summary>
public sealed partial class ContainerService
{
    private readonly ContainerRegistry containers;
    private readonly ImageStore images;
    private readonly SnapshotStore snapshots;
    private readonly ContainerRuntime runtime;
    private readonly ContainerNetworking networking;
    private readonly MountResolver mounts;
    private readonly LaunchBuilder launches;
    private readonly ContainerFiles files;
    private readonly ContainerRoots roots;
    private readonly Volumes.VolumeService volumes;
    private readonly EventService events;
    private readonly HealthChecks health;
    private readonly BackgroundTasks background;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    internal ContainerService(EngineParts parts, ContainerNetworking networking, Volumes.VolumeService volumes, LaunchBuilder launches, ContainerFiles files, ContainerRoots roots, HealthChecks health)
    {
        containers = parts.Containers;
        images = parts.Images;
        snapshots = parts.Snapshots;
        runtime = parts.Runtime;
        events = parts.Events;
        background = parts.Background;
        time = parts.Time;
        logger = parts.Loggers.CreateLogger("Gantry.Containers");
        mounts = new MountResolver(volumes, containers, parts.Root);
        this.networking = networking;
        this.volumes = volumes;
        this.launches = launches;
        this.files = files;
        this.roots = roots;
        this.health = health;
    }

    /// <summary>Every container, newest first.</summary>
    public IReadOnlyList<Container> All => [.. containers.All.Select(entry => entry.Container)];

    /// <summary>By name, id or unique id prefix.</summary>
    /// <exception cref="GantryException">NotFound, <c>No such container: x</c>.</exception>
    public Container Get(string nameOrId) => containers.Get(nameOrId).Container;

    public Container? Find(string nameOrId) => containers.Find(nameOrId)?.Container;

    /// <summary>Its links on the default bridge, <c>/target:/container/alias</c>.</summary>
    public IReadOnlyList<string> Links(Container container) => LegacyLinks.Shown(container, containers);

    /// <summary>Names that containers have from those that link to them: <c>web/db</c>.</summary>
    public ILookup<ContainerId, string> LinkNames() => LegacyLinks.Names(containers);

    public string StatusText(Container container) => Containers.StatusText.Of(container, time.GetUtcNow());

    /// <summary>Bytes in the writable layer, and bytes of the whole root filesystem.</summary>
    public (long ReadWrite, long RootFs) Sizes(Container container)
    {
        var own = snapshots.Find(container.Id.ToString()) is { } snapshot ? snapshots.SizeOf(snapshot) : 0;
        return (own, own + (images.Find(container.ImageId.ToString())?.Size ?? 0));
    }

    /// <summary>Raw counters now, null when the container does not run. Without a limit, memory is limited by the machine's.</summary>
    public CgroupStats? ReadStats(string nameOrId)
    {
        if (containers.Get(nameOrId) is not { Container.IsRunning: true, Process: { } process })
        {
            return null;
        }

        var stats = process.ReadStats();
        return stats with { MemoryLimit = Math.Min(stats.MemoryLimit, (ulong)SystemFacts.MemoryTotal) };
    }

    private void Publish(Container container, string action, params ReadOnlySpan<(string Key, string Value)> more) => events.Publish(container, action, more);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: {What} failed")]
    private partial void LogFailure(string id, string what, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: start failed: {Reason}")]
    private partial void LogStartFailed(string id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "restored {Live} running containers, {Ended} had ended")]
    private partial void LogRestored(int live, int ended);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the document of container {Id} cannot be read: it was ended, its files are kept")]
    private partial void LogUnreadable(string id);
}

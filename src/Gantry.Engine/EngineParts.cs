using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Runtime;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>The stores and engines that several services share.</summary>
internal sealed record EngineParts(
    ContainerRegistry Containers,
    ImageStore Images,
    SnapshotStore Snapshots,
    ContainerRuntime Runtime,
    DaemonRoot Root,
    EventService Events,
    BackgroundTasks Background,
    TimeProvider Time,
    ILoggerFactory Loggers);

using Gantry.Core;
using Gantry.Images;

namespace Gantry.Engine.Containers;

/// <summary>Where a container's root filesystem is mounted.</summary>
internal sealed class SnapshotRoots(SnapshotStore snapshots)
{
    public string PathOf(ContainerId id) => snapshots.Find(id.ToString())?.MergedDirectory
        ?? throw new GantryException(ErrorKind.Internal, $"container {id}: its root filesystem is gone");
}

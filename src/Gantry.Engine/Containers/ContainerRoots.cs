using Gantry.Core;
using Gantry.Images;

namespace Gantry.Engine.Containers;

/// <summary>
/// Mounts the root filesystems of containers. Below all layers lies one shared folder with the mount points that the runtime
/// needs, so that they never show up as changes of a container or in what is committed of it; and <c>/.dockerenv</c>, by which
/// programs tell that they are in a container.
/// </summary>
internal sealed class ContainerRoots
{
    private static readonly string[] Folders = ["dev", "dev/pts", "dev/shm", "dev/mqueue", "etc", "proc", "sys"];
    private static readonly string[] Files = ["etc/hostname", "etc/hosts", "etc/resolv.conf", ".dockerenv"];
    private readonly SnapshotStore snapshots;
    private readonly string mountPoints;

    public ContainerRoots(SnapshotStore snapshots, string dataDirectory)
    {
        this.snapshots = snapshots;
        mountPoints = Path.Combine(dataDirectory, "mount-points");
        foreach (var folder in Folders)
        {
            Directory.CreateDirectory(Path.Combine(mountPoints, folder), (UnixFileMode)Convert.ToInt32("755", 8));
        }

        foreach (var file in Files)
        {
            File.Create(Path.Combine(mountPoints, file)).Dispose();
        }
    }

    /// <exception cref="GantryException">Internal, when the container's files are gone.</exception>
    public Snapshot Of(ContainerId id) => snapshots.Find(id.ToString())
        ?? throw new GantryException(ErrorKind.Internal, $"container {id}: its root filesystem is gone");

    public string PathOf(ContainerId id) => Of(id).MergedDirectory;

    /// <summary>Idempotent. What is removed at its end anyway need not survive a power failure.</summary>
    public void Mount(Container container) => snapshots.Mount(Of(container.Id), durable: !container.Settings.Host.AutoRemove, mountPoints);

    /// <summary>Idempotent; missing is success.</summary>
    public void Unmount(ContainerId id)
    {
        if (snapshots.Find(id.ToString()) is { } snapshot)
        {
            snapshots.Unmount(snapshot);
        }
    }
}

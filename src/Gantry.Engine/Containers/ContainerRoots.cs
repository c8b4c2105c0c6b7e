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
    private readonly ContainerFiles files;
    private readonly string mountPoints;

    public ContainerRoots(SnapshotStore snapshots, ContainerFiles files, string dataDirectory)
    {
        this.files = files;
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
    public void Mount(Container container)
    {
        snapshots.Mount(Of(container.Id), durable: !container.Settings.Host.AutoRemove, mountPoints);
        for (var number = 0; snapshots.Find(ImageMountId(container.Id, number)) is { } image; number++)
        {
            snapshots.Mount(image, durable: false);
        }

        if (container.Settings.Host.IpcMode == "shareable" && !Linux.Mounts.Mount.IsMountPoint(files.ShmOf(container.Id)))
        {
            Directory.CreateDirectory(files.ShmOf(container.Id));
            Linux.Mounts.Mount.Memory(files.ShmOf(container.Id), container.Settings.Host.ShmSize);
        }
    }

    /// <summary>Makes the tree of an image that is mounted into a container; it lives as long as the container.</summary>
    /// <returns>Where it is while the container runs.</returns>
    public string CreateImageMount(ContainerId id, int number, IReadOnlyList<Digest> diffIds) => snapshots.Create(ImageMountId(id, number), diffIds).MergedDirectory;

    /// <summary>Removes the root filesystem and the images mounted into it; missing is success.</summary>
    public void Remove(ContainerId id)
    {
        snapshots.Remove(id.ToString());
        for (var number = 0; snapshots.Find(ImageMountId(id, number)) is { } image; number++)
        {
            snapshots.Remove(image.Id);
        }
    }

    /// <summary>Idempotent; missing is success.</summary>
    public void Unmount(ContainerId id)
    {
        if (snapshots.Find(id.ToString()) is { } snapshot)
        {
            snapshots.Unmount(snapshot);
        }

        for (var number = 0; snapshots.Find(ImageMountId(id, number)) is { } image; number++)
        {
            snapshots.Unmount(image);
        }

        Linux.Mounts.Mount.Unmount(files.ShmOf(id));
    }

    private static string ImageMountId(ContainerId id, int number) => $"{id}.{number}";
}

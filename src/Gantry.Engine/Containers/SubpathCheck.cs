using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>
/// Runtimes mount paths, and another container that writes to the volume may put a link to the host's files into a path after
/// it was resolved. So what was mounted is looked at before the container's program runs.
/// </summary>
internal static class SubpathCheck
{
    /// <param name="pid">The created container's first process.</param>
    /// <exception cref="GantryException">Internal: something else is mounted than lies in the volume.</exception>
    public static void Check(IEnumerable<MountPoint> mounts, int pid)
    {
        foreach (var mount in mounts.Where(mount => mount.Subpath.Length > 0))
        {
            using var container = new RootDirectory($"/proc/{pid}/root");
            if (MountSubpath.FindStatus(mount.Source, mount.Subpath) is not { } inside
                || container.FindStatus(mount.Destination, followLast: true) is not { } mounted
                || (inside.Device, inside.Inode) != (mounted.Device, mounted.Inode))
            {
                throw new GantryException(ErrorKind.Internal, $"mount {mount.Destination}: path {mount.Subpath} of {mount.Type} {mount.Name} was changed while it was mounted");
            }
        }
    }
}

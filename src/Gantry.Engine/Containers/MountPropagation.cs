using Gantry.Core;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Containers;

/// <summary>A mount can pass on, or receive, later mounts only when the mount its source lies on does (mount_namespaces(7)).</summary>
internal static class MountPropagation
{
    /// <exception cref="GantryException">Internal, as Docker: the source's mount does not propagate.</exception>
    public static void Check(string source, string propagation)
    {
        var wantsShared = propagation is "shared" or "rshared";
        if (!wantsShared && propagation is not ("slave" or "rslave"))
        {
            return;
        }

        var (mountPoint, tags) = MountTable.Find(source);
        var shared = tags.Any(tag => tag.StartsWith("shared:", StringComparison.Ordinal));
        if (!shared && (wantsShared || !tags.Any(tag => tag.StartsWith("master:", StringComparison.Ordinal))))
        {
            throw new GantryException(ErrorKind.Internal, $"path {source} is mounted on {mountPoint} but it is not a {(wantsShared ? "shared" : "shared or slave")} mount");
        }
    }
}

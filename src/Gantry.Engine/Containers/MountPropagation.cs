using Gantry.Core;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Containers;

/// <summary>A mount can pass on, or receive, later mounts only when the mount its source lies on does (mount_namespaces(7)).</summary>
internal static class MountPropagation
{
    private static readonly string[] Shared = ["shared", "rshared"];
    private static readonly string[] Slave = ["slave", "rslave"];
    private static readonly string[] Private = ["private", "rprivate"];

    /// <summary>The options of a bind, checked; where none says how it propagates it is a slave if its source's mount allows that.</summary>
    /// <exception cref="GantryException">Internal, as Docker: the source's mount does not propagate.</exception>
    public static IReadOnlyList<string> Choose(string source, IReadOnlyList<string> options)
    {
        if (options.Any(Private.Contains))
        {
            return options;
        }

        var asked = options.FirstOrDefault(option => Shared.Contains(option) || Slave.Contains(option));
        var (mountPoint, tags) = MountTable.Find(source);
        var isShared = tags.Any(tag => tag.StartsWith("shared:", StringComparison.Ordinal));
        var receives = isShared || tags.Any(tag => tag.StartsWith("master:", StringComparison.Ordinal));
        if (asked is null)
        {
            // crun takes the "r" of any option for all of them.
            return [.. options, (options.Contains("rbind") ? "r" : "") + (receives ? "slave" : "private")];
        }

        var wantsShared = Shared.Contains(asked);
        return (wantsShared ? isShared : receives) ? options
            : throw new GantryException(ErrorKind.Internal, $"path {source} is mounted on {mountPoint} but it is not a {(wantsShared ? "shared" : "shared or slave")} mount");
    }
}

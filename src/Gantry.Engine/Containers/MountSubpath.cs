using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>A path inside a volume or an image that is mounted instead of its root. Links are followed as long as they stay inside (openat2(2), RESOLVE_BENEATH).</summary>
internal static class MountSubpath
{
    private const ResolveFlags Inside = ResolveFlags.Beneath | ResolveFlags.NoMagicLinks;

    /// <summary>The real host path.</summary>
    /// <exception cref="GantryException">As of <see cref="Open"/>.</exception>
    public static string Resolve(string root, string subpath)
    {
        using var found = Open(root, subpath, OpenFlags.Path);
        return File.ResolveLinkTarget($"/proc/self/fd/{found.Number}", returnFinalTarget: false)!.FullName;
    }

    /// <exception cref="GantryException">In Docker's words: NotFound; InvalidArgument when a link leads out; Internal when a part of it is no folder.</exception>
    public static FileDescriptor Open(string root, string subpath, OpenFlags flags)
    {
        if (TryOpen(root, subpath, flags, out var errno) is { } found)
        {
            return found;
        }

        var whole = Path.Combine(root, subpath);
        throw errno switch
        {
            Errno.ENOENT => GantryException.NotFound($"cannot access path {whole}: lstat {whole}: no such file or directory"),
            Errno.EXDEV => GantryException.Invalid($"path concatenation escapes the base directory, base: {root}, subpath: {subpath}"),
            Errno.ENOTDIR => new GantryException(ErrorKind.Internal, $"error while resolving symlinks in combined path \"{whole}\": not a directory"),
            _ => new LinuxException("openat2", errno, whole),
        };
    }

    /// <summary>Null when there is nothing, or what there is lies outside.</summary>
    public static FileStatus? FindStatus(string root, string subpath)
    {
        using var found = TryOpen(root, subpath, OpenFlags.Path, out _);
        return found is null ? null : FileSystem.Status(found);
    }

    private static FileDescriptor? TryOpen(string root, string subpath, OpenFlags flags, out Errno errno)
    {
        using var directory = FileSystem.OpenDirectory(root);
        return FileSystem.TryOpen(directory, Encoding.UTF8.GetBytes(subpath), flags, out errno, resolve: Inside);
    }
}

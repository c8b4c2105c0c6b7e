using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine;

/// <summary>Looks at files inside a container's tree; no link in it leads out (openat2(2), RESOLVE_IN_ROOT).</summary>
internal static class RootFile
{
    /// <summary>The text of a file, empty when it is missing or not a regular file.</summary>
    public static string ReadText(string root, string path, int limit)
    {
        using var tree = new RootDirectory(root);
        return tree.FindContent(path, limit) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
    }

    public static bool Exists(string root, string path)
    {
        using var tree = new RootDirectory(root);
        return tree.FindStatus(path, followLast: false) is not null;
    }

    /// <summary>An open folder of the tree, or null when there is no folder at that path.</summary>
    public static FileDescriptor? FindDirectory(string root, string path)
    {
        using var tree = new RootDirectory(root);
        return tree.TryOpen(Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out _);
    }

    /// <summary>The real host path of a path inside the tree.</summary>
    /// <exception cref="LinuxException">ENOENT and the like.</exception>
    public static string Resolve(string root, string path)
    {
        using var tree = new RootDirectory(root);
        using var found = tree.Open(path, OpenFlags.Path);
        return File.ResolveLinkTarget($"/proc/self/fd/{found.Number}", returnFinalTarget: false)!.FullName;
    }
}

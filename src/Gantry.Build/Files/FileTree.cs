using System.Collections.Concurrent;
using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>
/// A tree that steps take files from: the build context, a named context, a mounted stage or image. Links never lead outside
/// it, and what its ignore patterns match is not there.
/// </summary>
internal sealed class FileTree : IDisposable
{
    private const int MaximumLinks = 255;

    private readonly RootDirectory root;
    private readonly PathMatcher? ignored;
    private readonly ConcurrentDictionary<string, IReadOnlyList<FileNode>> listings = new();
    private readonly bool remembers;

    /// <param name="remembers">Whether directories are listed once only: for trees that do not change while this lives.</param>
    public FileTree(string directory, PathMatcher? ignored = null, bool remembers = true)
    {
        RootPath = directory;
        this.remembers = remembers;
        this.ignored = ignored is { IsEmpty: false } ? ignored : null;
        root = new RootDirectory(directory);
    }

    public string RootPath { get; }

    public bool HasIgnored => ignored is not null;

    public FileNode Root => new([], FileSystem.Status(root.Descriptor));

    /// <summary>The file at a path, every link on the way followed inside the tree; null when there is none.</summary>
    /// <param name="followLast">Whether a link in the last place is followed too.</param>
    public FileNode? Find(string path, bool followLast)
    {
        var pending = new Stack<string>(Parts(path).Reverse());
        var links = 0;
        var at = Root;
        while (pending.TryPop(out var part))
        {
            if (part == "..")
            {
                at = At(at.RawPath.AsSpan().LastIndexOf((byte)'/') is > 0 and var slash ? at.RawPath[..slash] : [])!;
                continue;
            }

            if (!at.IsDirectory || Child(at, Encoding.UTF8.GetBytes(part)) is not { } child)
            {
                return null;
            }

            if (child.Status.Type != FileType.SymbolicLink || (!followLast && pending.Count == 0))
            {
                at = child;
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new LinuxException("open", Errno.ELOOP, path);
            }

            var target = LinkTarget(child);
            at = target.StartsWith('/') ? Root : at;
            foreach (var next in Parts(target).Reverse())
            {
                pending.Push(next);
            }
        }

        return at;
    }

    /// <summary>The real path of a file that may be missing: links followed as far as they go, the rest as named.</summary>
    public string Resolve(string path)
    {
        var pending = new Stack<string>(Parts(path).Reverse());
        List<string> real = [];
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part == "..")
            {
                real.RemoveRange(Math.Max(0, real.Count - 1), Math.Min(1, real.Count));
                continue;
            }

            real.Add(part);
            if (root.FindLinkTarget(string.Join('/', real)) is not { } target)
            {
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new LinuxException("open", Errno.ELOOP, path);
            }

            real.RemoveRange(target.StartsWith('/') ? 0 : real.Count - 1, target.StartsWith('/') ? real.Count : 1);
            foreach (var next in Parts(target).Reverse())
            {
                pending.Push(next);
            }
        }

        return string.Join('/', real);
    }

    /// <summary>What is in a directory, by name in byte order.</summary>
    public IReadOnlyList<FileNode> Children(FileNode directory) =>
        remembers ? listings.GetOrAdd(directory.Path, _ => List(directory)) : List(directory);

    public FileDescriptor Open(FileNode node, OpenFlags flags) => root.Open(node.RawPath, flags | OpenFlags.NoFollow);

    /// <summary>Opens a regular file for reading.</summary>
    public FileStream OpenRead(FileNode node)
    {
        // The descriptor's magic link is the file that was checked, whatever the name says by now.
        using var file = Open(node, OpenFlags.Path);
        return new FileStream($"/proc/self/fd/{file.Number}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    public string LinkTarget(FileNode link) => Encoding.UTF8.GetString(RawLinkTarget(link));

    public byte[] RawLinkTarget(FileNode link)
    {
        using var file = Open(link, OpenFlags.Path);
        return FileSystem.ReadLink(file, ""u8);
    }

    public void Dispose() => root.Dispose();

    private static string[] Parts(string path) => [.. path.Split('/').Where(part => part is not ("" or "."))];

    private FileNode? At(byte[] path)
    {
        if (path.Length == 0)
        {
            return Root;
        }

        using var file = root.TryOpen(path, OpenFlags.Path | OpenFlags.NoFollow, out _);
        return file is null ? null : new FileNode(path, FileSystem.Status(file));
    }

    private FileNode? Child(FileNode directory, byte[] name)
    {
        using var descriptor = Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        return FileSystem.FindStatus(descriptor, name) is { } status && directory.Child(name, status) is var child && IsVisible(child) ? child : null;
    }

    private List<FileNode> List(FileNode directory)
    {
        using var descriptor = Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        var entries = FileSystem.ReadDirectory(descriptor);
        entries.Sort(DirectoryEntry.CompareNames);
        List<FileNode> children = [];
        foreach (var entry in entries)
        {
            if (FileSystem.FindStatus(descriptor, entry.Name) is { } status && directory.Child(entry.Name, status) is var child && IsVisible(child))
            {
                children.Add(child);
            }
        }

        return children;
    }

    // An ignored directory is there as far as an exception ("!") brings back something below it.
    private bool IsVisible(FileNode node) =>
        ignored is null || !ignored.Matches(node.Path) || (node.IsDirectory && ignored.HasExceptions && Children(node).Count > 0);
}

using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Compares an upper directory with the layers below it, without a mount.</summary>
internal sealed class SnapshotChanges : IDisposable
{
    private readonly FileDescriptor upper;
    private readonly List<FileDescriptor> lowers = [];
    private readonly SortedDictionary<string, ChangeKind> changes = new(StringComparer.Ordinal);

    public SnapshotChanges(string upperDirectory, IReadOnlyList<string> lowerDirectories)
    {
        upper = FileSystem.OpenDirectory(upperDirectory);
        foreach (var lower in lowerDirectories)
        {
            lowers.Add(FileSystem.OpenDirectory(lower));
        }
    }

    public IReadOnlyList<FileChange> Find()
    {
        Walk(upper, [], opaque: false);
        return [.. changes.Select(change => new FileChange(change.Key, change.Value))];
    }

    public void Dispose()
    {
        upper.Dispose();
        lowers.ForEach(lower => lower.Dispose());
    }

    private void Walk(FileDescriptor directory, byte[] path, bool opaque)
    {
        var entries = FileSystem.ReadDirectory(directory);
        foreach (var entry in entries)
        {
            if (FileSystem.FindStatus(directory, entry.Name) is { } status)
            {
                Compare(directory, entry.Name, TarPath.Join(path, entry.Name), status);
            }
        }

        if (opaque)
        {
            var here = entries.Select(e => Encoding.Latin1.GetString(e.Name)).ToHashSet();
            foreach (var name in LowerNames(path).Where(name => !here.Contains(Encoding.Latin1.GetString(name))))
            {
                Record(TarPath.Join(path, name), ChangeKind.Deleted);
            }
        }
    }

    private void Compare(FileDescriptor directory, byte[] name, byte[] path, FileStatus status)
    {
        var below = FindBelow(path);
        if (status.IsWhiteout)
        {
            if (below is not null)
            {
                Record(path, ChangeKind.Deleted);
            }

            return;
        }

        // A directory is copied up for a change further down; then only that change counts.
        var untouched = status.IsDirectory && below is { IsDirectory: true } lower
            && (lower.Mode, lower.Uid, lower.Gid, lower.Modified) == (status.Mode, status.Uid, status.Gid, status.Modified);
        if (!untouched)
        {
            Record(path, below is null ? ChangeKind.Added : ChangeKind.Modified);
        }

        if (status.IsDirectory)
        {
            using var child = FileSystem.TryOpen(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _);
            if (child is not null)
            {
                Walk(child, path, below is { IsDirectory: true } && IsOpaque(child));
            }
        }
    }

    // A change below a directory shows the directory, too.
    private void Record(byte[] path, ChangeKind kind)
    {
        changes[Text(path)] = kind;
        for (var (parent, _) = TarPath.Split(path); parent.Length > 0; (parent, _) = TarPath.Split(parent))
        {
            changes.TryAdd(Text(parent), ChangeKind.Modified);
        }
    }

    private FileStatus? FindBelow(byte[] path)
    {
        foreach (var lower in lowers)
        {
            if (Status(lower, path) is { } status)
            {
                return status.IsWhiteout ? null : status;
            }

            if (HidesBelow(lower, path))
            {
                return null;
            }
        }

        return null;
    }

    // Whether this layer cuts a path off from the layers under it: a part of it is deleted, not a directory, or opaque.
    private static bool HidesBelow(FileDescriptor lower, byte[] path)
    {
        for (var (parent, _) = TarPath.Split(path); parent.Length > 0; (parent, _) = TarPath.Split(parent))
        {
            if (Status(lower, parent) is not { } status)
            {
                continue;
            }

            if (!status.IsDirectory)
            {
                return true;
            }

            using var directory = FileSystem.TryOpen(lower, parent, OpenFlags.ReadOnly | OpenFlags.Directory, out _, resolve: ResolveFlags.NoSymbolicLinks);
            if (directory is not null && IsOpaque(directory))
            {
                return true;
            }
        }

        return false;
    }

    private List<byte[]> LowerNames(byte[] path)
    {
        List<byte[]> names = [];
        HashSet<string> seen = [];
        foreach (var lower in lowers)
        {
            using var directory = FileSystem.TryOpen(lower, path, OpenFlags.ReadOnly | OpenFlags.Directory, out _, resolve: ResolveFlags.NoSymbolicLinks);
            foreach (var entry in directory is null ? [] : FileSystem.ReadDirectory(directory))
            {
                if (seen.Add(Encoding.Latin1.GetString(entry.Name)) && FindBelow(TarPath.Join(path, entry.Name)) is not null)
                {
                    names.Add(entry.Name);
                }
            }
        }

        return names;
    }

    // A layer's own links are not ours to follow: they would lead out of it.
    private static FileStatus? Status(FileDescriptor lower, byte[] path)
    {
        using var file = FileSystem.TryOpen(lower, path, OpenFlags.Path | OpenFlags.NoFollow, out _, resolve: ResolveFlags.NoSymbolicLinks);
        return file is null ? null : FileSystem.Status(file);
    }

    private static bool IsOpaque(FileDescriptor directory) => FileSystem.FindAttribute(directory, "trusted.overlay.opaque"u8) is [(byte)'y'];

    private static string Text(byte[] path) => "/" + Encoding.UTF8.GetString(path);
}

using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Bytes of the regular files and of the targets of symbolic links in a tree, hard links once: as overlay2 counts.</summary>
internal static class TreeSize
{
    public static long Of(string path)
    {
        using var directory = FileSystem.OpenDirectory(path);
        return Of(directory, []);
    }

    private static long Of(FileDescriptor directory, HashSet<ulong> seen)
    {
        var total = 0L;
        foreach (var entry in FileSystem.ReadDirectory(directory))
        {
            if (entry.Type == FileType.Directory)
            {
                using var child = FileSystem.TryOpen(directory, entry.Name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _);
                total += child is null ? 0 : Of(child, seen);
            }
            else if (FileSystem.FindStatus(directory, entry.Name) is { Type: FileType.Regular or FileType.SymbolicLink } status && (status.Links == 1 || seen.Add(status.Inode)))
            {
                total += status.Size;
            }
        }

        return total;
    }
}

namespace Gantry.Linux.Files;

/// <summary>Bytes of what is in a tree but for its directories, hard links once, as moby counts (its directory.Size).</summary>
public static class TreeSize
{
    /// <summary>0 when there is no such directory; what vanishes meanwhile counts as nothing.</summary>
    public static long Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return 0;
        }

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
            else if (FileSystem.FindStatus(directory, entry.Name) is { } status && (status.Links == 1 || seen.Add(status.Inode)))
            {
                total += status.Size;
            }
        }

        return total;
    }
}

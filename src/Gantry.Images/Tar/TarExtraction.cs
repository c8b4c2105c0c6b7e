using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>One extraction under way: where members go and what they replace.</summary>
internal sealed class TarExtraction : IDisposable
{
    private readonly RootDirectory root;
    private readonly byte[] basePath;
    private readonly TarExtractOptions options;

    // Members of one directory follow each other: its descriptor is kept until another directory's turn.
    private FileDescriptor? parent;
    private byte[]? parentPath;

    // Making a directory's children changes its times, so they are set at the end.
    private readonly List<(byte[] Path, FileTime Modified)> directoryTimes = [];

    public TarExtraction(string root, byte[] path, TarExtractOptions options)
    {
        this.options = options;
        this.root = new RootDirectory(root);
        basePath = TarPath.Clean(path);
        this.root.MakeDirectories(basePath, made: InheritAttributes).Dispose();
    }

    /// <summary>Bytes in regular files so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Makes the member. For a regular file returns it open, to be filled and given to <see cref="Finish"/>.</summary>
    public FileDescriptor? Extract(TarEntry entry)
    {
        var name = TarPath.Clean(entry.Name);
        var path = TarPath.Join(basePath, name);
        if (name.Length == 0)
        {
            ExtractRoot(entry, path);
            return null;
        }

        var (directoryPath, last) = TarPath.Split(path);
        var directory = Parent(directoryPath);
        if (options.ConvertWhiteouts && LayerWhiteouts.IsMarker(last))
        {
            LayerWhiteouts.Apply(directory, last);
            return null;
        }

        switch (entry.Type)
        {
            case TarEntryType.Regular:
                return CreateFile(directory, last);
            case TarEntryType.Directory:
                CreateDirectory(directory, last, path, entry);
                return null;
            case TarEntryType.HardLink:
                CreateHardLink(directory, last, entry);
                return null;
            default:
                CreateSpecial(directory, last, entry);
                return null;
        }
    }

    /// <summary>Gives a filled file its owner, mode, attributes and time, in the order in which none undoes another.</summary>
    public void Finish(FileDescriptor file, TarEntry entry)
    {
        Bytes += entry.Size;
        SetAttributes(file, entry);
        FileSystem.SetTime(file, entry.Modified);
    }

    public void Complete()
    {
        for (var i = directoryTimes.Count - 1; i >= 0; i--)
        {
            using var directory = root.TryOpen(directoryTimes[i].Path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _);
            if (directory is not null)
            {
                FileSystem.SetTime(directory, directoryTimes[i].Modified);
            }
        }
    }

    public void Dispose()
    {
        parent?.Dispose();
        root.Dispose();
    }

    private FileDescriptor Parent(ReadOnlySpan<byte> path)
    {
        if (parent is null || !path.SequenceEqual(parentPath))
        {
            Forget();
            parent = root.MakeDirectories(path, made: InheritAttributes);
            parentPath = path.ToArray();
        }

        return parent;
    }

    private void Forget()
    {
        parent?.Dispose();
        (parent, parentPath) = (null, null);
    }

    private void ExtractRoot(TarEntry entry, byte[] path)
    {
        if (entry.Type == TarEntryType.Directory && !options.KeepRoot)
        {
            using var directory = root.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
            SetAttributes(directory, entry);
            directoryTimes.Add((path, entry.Modified));
        }
    }

    private FileDescriptor CreateFile(FileDescriptor directory, byte[] name)
    {
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        if (FileSystem.TryOpen(directory, name, flags, out var errno, 0x180) is { } file)
        {
            return file;
        }

        if (errno == Errno.EEXIST)
        {
            Clear(directory, name, wanted: TarEntryType.Regular);
        }

        return FileSystem.Open(directory, name, flags, 0x180);
    }

    private void CreateDirectory(FileDescriptor directory, byte[] name, byte[] path, TarEntry entry)
    {
        var isNew = FileSystem.TryMakeDirectory(directory, name, 0x1C0);
        var hadWhiteout = false;
        if (!isNew && FileSystem.FindStatus(directory, name) is { IsDirectory: false } existing)
        {
            hadWhiteout = options.ConvertWhiteouts && existing.IsWhiteout;
            Clear(directory, name, wanted: TarEntryType.Directory);
            FileSystem.TryMakeDirectory(directory, name, 0x1C0);
        }

        using var made = FileSystem.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        SetAttributes(made, entry);
        directoryTimes.Add((path, entry.Modified));
        if (hadWhiteout)
        {
            // The layer replaces what was below by a new directory: nothing of the old one may show.
            LayerWhiteouts.MakeOpaque(made);
        }
    }

    private void CreateHardLink(FileDescriptor directory, byte[] name, TarEntry entry)
    {
        var targetPath = TarPath.Join(basePath, TarPath.Clean(entry.LinkName));
        using var target = root.TryOpen(targetPath, OpenFlags.Path | OpenFlags.NoFollow, out _)
            ?? throw GantryException.Invalid($"hard link target not found: {Encoding.UTF8.GetString(entry.LinkName)}");
        if (FileSystem.Status(target).IsDirectory)
        {
            throw GantryException.Invalid($"hard link to a directory: {Encoding.UTF8.GetString(entry.LinkName)}");
        }

        if (!FileSystem.TryMakeHardLink(target, directory, name))
        {
            Clear(directory, name, wanted: TarEntryType.HardLink);
            FileSystem.TryMakeHardLink(target, directory, name);
        }
    }

    private void CreateSpecial(FileDescriptor directory, byte[] name, TarEntry entry)
    {
        if (!TryMake())
        {
            Clear(directory, name, wanted: entry.Type);
            TryMake();
        }

        Bytes += entry.Type == TarEntryType.SymbolicLink ? entry.LinkName.Length : 0;
        using var made = FileSystem.Open(directory, name, OpenFlags.Path | OpenFlags.NoFollow);
        SetAttributes(made, entry);
        FileSystem.SetTime(directory, name, entry.Modified);

        bool TryMake() => entry.Type switch
        {
            TarEntryType.SymbolicLink => FileSystem.TryMakeSymbolicLink(directory, name, entry.LinkName),
            TarEntryType.Fifo => FileSystem.TryMakeNode(directory, name, FileType.Fifo, 0x180),
            TarEntryType.BlockDevice => FileSystem.TryMakeNode(directory, name, FileType.BlockDevice, 0x180, entry.DeviceMajor, entry.DeviceMinor),
            _ => FileSystem.TryMakeNode(directory, name, FileType.CharacterDevice, 0x180, entry.DeviceMajor, entry.DeviceMinor),
        };
    }

    // Makes way for a member of another kind, or for a newer one of the same.
    private void Clear(FileDescriptor directory, byte[] name, TarEntryType wanted)
    {
        if (FileSystem.FindStatus(directory, name) is not { } existing)
        {
            return;
        }

        if (options.NoOverwriteDirNonDir && existing.IsDirectory != (wanted == TarEntryType.Directory))
        {
            // Docker's words: the member's name, and the directory that is extracted into.
            var (member, target) = (Encoding.UTF8.GetString(name), "/" + Encoding.UTF8.GetString(basePath));
            throw new GantryException(ErrorKind.Internal, existing.IsDirectory
                ? $"cannot overwrite directory \"{member}\" with non-directory \"{target}\""
                : $"cannot overwrite non-directory \"{member}\" with directory \"{target}\"");
        }

        if (existing.IsDirectory)
        {
            FileSystem.RemoveTree(directory, name);
        }
        else
        {
            FileSystem.Unlink(directory, name);
        }
    }

    private void SetAttributes(FileDescriptor file, TarEntry entry)
    {
        var (uid, gid) = options.Owner ?? (entry.Uid, entry.Gid);
        FileSystem.ChangeOwner(file, uid, gid);
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            FileSystem.ChangeMode(file, entry.Mode);
        }

        foreach (var attribute in entry.Attributes)
        {
            if (ArchivedAttributes.MaySet(attribute.Name))
            {
                FileSystem.TrySetAttribute(file, attribute.Name, attribute.Value);
            }
        }
    }

    // A directory that no member describes: as the layers below have it, or root's with mode 755.
    private void InheritAttributes(FileDescriptor made, byte[] path)
    {
        if (options.Owner is var (uid, gid))
        {
            FileSystem.ChangeOwner(made, uid, gid);
        }

        foreach (var lower in options.ParentDirectories)
        {
            using var lowerRoot = new RootDirectory(lower);
            using var same = lowerRoot.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _);
            if (same is not null)
            {
                var status = FileSystem.Status(same);
                FileSystem.ChangeOwner(made, status.Uid, status.Gid);
                FileSystem.ChangeMode(made, status.Mode);
                directoryTimes.Add((path, status.Modified));
                return;
            }
        }
    }
}

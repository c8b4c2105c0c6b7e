using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>
/// Copies files into a root as COPY does. The destination's links are followed inside the root only; below it nothing is
/// followed: a directory never goes into a link, and a file replaces one.
/// </summary>
internal sealed class TreeWriter(string directory, CopyOptions options) : IDisposable
{
    private const int DirectoryMode = 0x1ED; // 0755
    private const int FileMode = 0x1A4; // 0644

    private readonly RootDirectory root = new(directory);
    private readonly FileTree places = new(directory, remembers: false);
    private readonly Dictionary<((uint, uint) Device, ulong Inode), FileDescriptor> written = [];

    /// <summary>Copies a source to a destination: a file into it when it is a directory or ends with a slash, a directory's content always into it.</summary>
    public void Copy(Selection selection, Selected source, string destination, CancellationToken cancellationToken)
    {
        if (source.Node.IsDirectory)
        {
            var isNew = root.FindStatus(destination, followLast: true) is null;
            using var into = MakeDirectories(destination);
            CopyChildren(selection, source.Node, source.Node, into, cancellationToken);
            if (isNew)
            {
                FileSystem.SetTime(into, source.Node.Status.Modified);
            }

            return;
        }

        using var parent = ParentOf(destination, source.Name, out var name);
        Copy(selection, source.Node, source.Node, parent, name, cancellationToken);
    }

    /// <summary>Writes a file of given content, as <see cref="Copy(Selection, Selected, string, CancellationToken)"/> would place it.</summary>
    public void Write(string fileName, Stream content, int mode, FileTime modified, string destination)
    {
        using var parent = ParentOf(destination, Encoding.UTF8.GetBytes(fileName), out var name);
        Clear(parent, name);
        using var file = Create(parent, name);
        Fill(file, content.Read);
        var (uid, gid) = options.Owner ?? (0, 0);
        Finish(file, uid, gid, options.Mode?.Apply(mode, false) ?? mode, modified);
    }

    /// <summary>Makes a directory and what is missing above it; new ones belong to the owner given.</summary>
    public FileDescriptor MakeDirectories(string path) =>
        InWords(path, () => root.MakeDirectories(Encoding.UTF8.GetBytes(places.Resolve(path) is { Length: > 0 } resolved ? resolved : "."), options.Mode?.MadeDirectory ?? DirectoryMode, (made, _) =>
        {
            if (options.Owner is var (uid, gid))
            {
                FileSystem.ChangeOwner(made, uid, gid);
            }
        }));

    /// <summary>COPY --parents: makes the directories from <paramref name="start"/> down to a source, as they are there, below the destination.</summary>
    public FileDescriptor MakeParents(FileTree tree, string start, string parents, string destination)
    {
        var into = MakeDirectories(destination);
        var path = start;
        foreach (var part in parents.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = SlashPath.Join(path, part);
            var like = tree.Find(path, followLast: true);
            using var outer = into;
            into = Enter(outer, Encoding.UTF8.GetBytes(part), like?.Status, out var made);
            if (made && like is not null)
            {
                FinishLike(into, like);
            }
        }

        return into;
    }

    /// <summary>Copies one file or directory, with its name, into an open directory.</summary>
    public void CopyInto(Selection selection, Selected source, FileDescriptor parent, CancellationToken cancellationToken) =>
        Copy(selection, source.Node, source.Node, parent, source.Name, cancellationToken);

    public void Dispose()
    {
        foreach (var file in written.Values)
        {
            file.Dispose();
        }

        places.Dispose();
        root.Dispose();
    }

    private delegate int ReadBytes(Span<byte> buffer);

    private static T InWords<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOTDIR or Errno.EEXIST)
        {
            throw GantryException.Invalid($"cannot copy to non-directory: {path}");
        }
    }

    // The directory that a file goes into, and its name there.
    private FileDescriptor ParentOf(string destination, byte[] sourceName, out byte[] name)
    {
        if (destination.EndsWith('/') || root.FindStatus(destination, followLast: true) is { IsDirectory: true })
        {
            name = sourceName;
            return MakeDirectories(destination);
        }

        // A link in the last place is written through, to a place inside the root.
        var resolved = places.Resolve(destination);
        name = Encoding.UTF8.GetBytes(SlashPath.Name(resolved));
        return MakeDirectories(SlashPath.Parent(resolved));
    }

    private void CopyChildren(Selection selection, FileNode source, FileNode top, FileDescriptor into, CancellationToken cancellationToken)
    {
        foreach (var child in selection.Children(source, top))
        {
            Copy(selection, child, top, into, child.RawName.ToArray(), cancellationToken);
        }
    }

    private void Copy(Selection selection, FileNode source, FileNode top, FileDescriptor parent, byte[] name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (source.IsDirectory)
        {
            using var into = Enter(parent, name, source.Status, out _);
            CopyChildren(selection, source, top, into, cancellationToken);
            FinishLike(into, source);
            return;
        }

        Clear(parent, name);
        var (uid, gid) = OwnerOf(source);
        switch (source.Status.Type)
        {
            case FileType.Regular:
                CopyRegular(selection.Tree, source, parent, name);
                break;
            case FileType.SymbolicLink:
                FileSystem.TryMakeSymbolicLink(parent, name, selection.Tree.RawLinkTarget(source));
                FileSystem.ChangeOwner(parent, name, uid, gid);
                FileSystem.SetTime(parent, name, source.Status.Modified);
                break;
            case FileType.Socket:
                break;
            default:
                FileSystem.TryMakeNode(parent, name, source.Status.Type, source.Status.Mode, source.Status.Represents.Major, source.Status.Represents.Minor);
                using (var node = FileSystem.Open(parent, name, OpenFlags.Path | OpenFlags.NoFollow))
                {
                    FinishLike(node, source);
                }

                break;
        }
    }

    private void CopyRegular(FileTree tree, FileNode source, FileDescriptor parent, byte[] name)
    {
        var identity = (source.Status.Device, source.Status.Inode);
        if (source.Status.Links > 1 && written.TryGetValue(identity, out var first) && FileSystem.TryMakeHardLink(first, parent, name))
        {
            return;
        }

        var file = Create(parent, name);
        try
        {
            using var original = tree.Open(source, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            Fill(file, buffer => FileSystem.Read(original, buffer));
            var (uid, gid) = OwnerOf(source);
            FileSystem.ChangeOwner(file, uid, gid);
            foreach (var attribute in KeptAttributes.Of(original))
            {
                FileSystem.TrySetAttribute(file, attribute, FileSystem.FindAttribute(original, attribute) ?? []);
            }

            FileSystem.ChangeMode(file, options.Mode?.Apply(source.Status.Mode, false) ?? source.Status.Mode);
            FileSystem.SetTime(file, source.Status.Modified);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        if (source.Status.Links > 1 && written.TryAdd(identity, file))
        {
            return;
        }

        file.Dispose();
    }

    private static FileDescriptor Enter(FileDescriptor parent, byte[] name, FileStatus? like, out bool made)
    {
        made = FileSystem.TryMakeDirectory(parent, name, like?.Mode ?? DirectoryMode);
        return FileSystem.TryOpen(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _)
            ?? throw GantryException.Invalid($"cannot copy to non-directory: {Encoding.UTF8.GetString(name)}");
    }

    private static void Clear(FileDescriptor parent, byte[] name)
    {
        switch (FileSystem.FindStatus(parent, name))
        {
            case null:
                break;
            case { IsDirectory: true }:
                throw GantryException.Invalid($"cannot replace to directory {Encoding.UTF8.GetString(name)} with file");
            default:
                FileSystem.Unlink(parent, name);
                break;
        }
    }

    private static FileDescriptor Create(FileDescriptor parent, byte[] name) =>
        FileSystem.Open(parent, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, FileMode);

    private static void Fill(FileDescriptor file, ReadBytes read)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            for (long offset = 0; read(buffer) is var count and > 0; offset += count)
            {
                FileSystem.Write(file, buffer.AsSpan(0, count), offset);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Finish(FileDescriptor file, int uid, int gid, int mode, FileTime modified)
    {
        // The owner first: changing it drops the set-user-ID bits.
        FileSystem.ChangeOwner(file, uid, gid);
        FileSystem.ChangeMode(file, mode);
        FileSystem.SetTime(file, modified);
    }

    private void FinishLike(FileDescriptor file, FileNode source)
    {
        var (uid, gid) = OwnerOf(source);
        Finish(file, uid, gid, options.Mode?.Apply(source.Status.Mode, source.IsDirectory) ?? source.Status.Mode, source.Status.Modified);
    }

    private (int Uid, int Gid) OwnerOf(FileNode source) =>
        options.Owner ?? (options.KeepOwner ? (source.Status.Uid, source.Status.Gid) : (0, 0));
}

using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// Writes a directory tree into a tar, names in byte order, never following a link. Hard links within the tree stay hard
/// links. Times are whole seconds, as Docker archives them. Sockets are left out: they mean nothing elsewhere.
/// </summary>
internal sealed class TreeArchiver(TarWriter writer, TreeArchiveOptions options)
{
    private readonly Dictionary<(ulong Inode, (uint, uint) Device), byte[]> links = [];

    /// <summary>Bytes of the regular files and of the targets of symbolic links written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes what is below a directory, its members' names beginning with <paramref name="prefix"/> (empty, or ending in a slash).</summary>
    public async ValueTask WriteChildrenAsync(FileDescriptor directory, byte[] prefix, CancellationToken cancellationToken)
    {
        var entries = FileSystem.ReadDirectory(directory);
        entries.Sort(DirectoryEntry.CompareNames);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await WriteAsync(directory, entry.Name, entry.Type, [.. prefix, .. entry.Name], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes one name of a directory, and all below it, as <paramref name="path"/>.</summary>
    public async ValueTask WriteAsync(FileDescriptor directory, byte[] name, FileType type, byte[] path, CancellationToken cancellationToken)
    {
        // Only what is known to be a file or directory is opened; a device may act on being opened.
        var flags = type switch
        {
            FileType.Regular => OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal,
            FileType.Directory => OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.Directory,
            _ => OpenFlags.Path | OpenFlags.NoFollow,
        };
        using var file = FileSystem.TryOpen(directory, name, flags, out var errno);
        if (file is null)
        {
            // Gone, or another thing meanwhile: the tree may be alive.
            if (errno is Errno.ENOENT)
            {
                return;
            }

            throw new LinuxException("openat2", errno, System.Text.Encoding.UTF8.GetString(path));
        }

        var status = FileSystem.Status(file);
        if (status.Type != type)
        {
            await WriteAsync(directory, name, status.Type, path, cancellationToken).ConfigureAwait(false);
            return;
        }

        await WriteOpenedAsync(file, status, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an open directory as <paramref name="path"/>, and all below it.</summary>
    public async ValueTask WriteDirectoryAsync(FileDescriptor directory, FileStatus status, byte[] path, CancellationToken cancellationToken)
    {
        byte[] prefix = [.. path, (byte)'/'];
        var attributes = FileSystem.AttributeNames(directory);
        var entry = Entry(status, prefix, TarEntryType.Directory) with { Attributes = ArchivedAttributes.Read(directory, attributes) };
        await writer.WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
        if (options.Overlay && attributes.Any(IsOpaque) && FileSystem.FindAttribute(directory, "trusted.overlay.opaque"u8) is [(byte)'y'])
        {
            await WriteMarkerAsync([.. prefix, .. ".wh..wh..opq"u8], status, cancellationToken).ConfigureAwait(false);
        }

        await WriteChildrenAsync(directory, prefix, cancellationToken).ConfigureAwait(false);
        CapTime(directory, status);
    }

    private static bool IsOpaque(byte[] name) => name.AsSpan().SequenceEqual("trusted.overlay.opaque"u8);

    private async ValueTask WriteOpenedAsync(FileDescriptor file, FileStatus status, byte[] path, CancellationToken cancellationToken)
    {
        if (options.Overlay && status.IsWhiteout)
        {
            var (parent, name) = TarPath.Split(path);
            await WriteMarkerAsync(TarPath.Join(parent, [.. ".wh."u8, .. name]), status, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!status.IsDirectory && status.Links > 1 && status.Type != FileType.Socket)
        {
            if (links.TryGetValue((status.Inode, status.Device), out var first))
            {
                await writer.WriteHeaderAsync(Entry(status, path, TarEntryType.HardLink) with { LinkName = first }, cancellationToken).ConfigureAwait(false);
                return;
            }

            links.Add((status.Inode, status.Device), path);
        }

        switch (status.Type)
        {
            case FileType.Directory:
                await WriteDirectoryAsync(file, status, path, cancellationToken).ConfigureAwait(false);
                break;
            case FileType.Regular:
                var attributes = ArchivedAttributes.Read(file, FileSystem.AttributeNames(file));
                var entry = Entry(status, path, TarEntryType.Regular) with { Size = status.Size, Attributes = attributes };
                await writer.WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
                await writer.WriteFileAsync(file, status.Size, cancellationToken).ConfigureAwait(false);
                Bytes += status.Size;
                CapTime(file, status);
                break;
            case FileType.SymbolicLink:
                var target = FileSystem.ReadLink(file, ""u8);
                await writer.WriteHeaderAsync(Entry(status, path, TarEntryType.SymbolicLink) with { LinkName = target }, cancellationToken).ConfigureAwait(false);
                Bytes += target.Length;
                CapTime(file, status);
                break;
            case FileType.Fifo:
                await writer.WriteHeaderAsync(Entry(status, path, TarEntryType.Fifo), cancellationToken).ConfigureAwait(false);
                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                await writer.WriteHeaderAsync(Device(status, path), cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private TarEntry Device(FileStatus status, byte[] path)
    {
        var type = status.Type == FileType.CharacterDevice ? TarEntryType.CharacterDevice : TarEntryType.BlockDevice;
        return Entry(status, path, type) with { DeviceMajor = status.Represents.Major, DeviceMinor = status.Represents.Minor };
    }

    private ValueTask WriteMarkerAsync(byte[] path, FileStatus status, CancellationToken cancellationToken) =>
        writer.WriteHeaderAsync(new TarEntry { Name = path, Type = TarEntryType.Regular, Modified = Time(status) }, cancellationToken);

    private TarEntry Entry(FileStatus status, byte[] path, TarEntryType type) => new()
    {
        Name = path,
        Type = type,
        Mode = status.Mode,
        Uid = status.Uid,
        Gid = status.Gid,
        Modified = Time(status),
    };

    private FileTime Time(FileStatus status) =>
        options.LatestTime is { } latest && status.Modified > latest ? latest.WholeSeconds : status.Modified.WholeSeconds;

    // The tree becomes the unpacked layer, so it must say what the tar says.
    private void CapTime(FileDescriptor file, FileStatus status)
    {
        if (options.ApplyLatestTime && options.LatestTime is { } latest && status.Modified > latest)
        {
            FileSystem.SetTime(file, latest);
        }
    }
}

/// <summary>How a tree is archived.</summary>
internal sealed record TreeArchiveOptions
{
    /// <summary>The tree is an overlay's upper directory: its whiteouts become OCI's.</summary>
    public bool Overlay { get; init; }

    /// <summary>No member is younger than this (SOURCE_DATE_EPOCH).</summary>
    public FileTime? LatestTime { get; init; }

    /// <summary>The files themselves get the capped time, too.</summary>
    public bool ApplyLatestTime { get; init; }
}

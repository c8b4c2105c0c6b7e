using System.Text;

namespace Gantry.Linux.Files;

/// <summary>
/// A directory that is a root to everything below: absolute symbolic links and <c>..</c> stay inside (openat2,
/// RESOLVE_IN_ROOT), so a container's file system can be read and changed from outside. Paths are taken from the root,
/// with or without a leading slash.
/// </summary>
public sealed class RootDirectory : IDisposable
{
    private const int MaximumLinks = 40; // the kernel's own limit, path_resolution(7)
    private const ResolveFlags Resolve = ResolveFlags.InRoot | ResolveFlags.NoMagicLinks;

    public RootDirectory(string path) => Descriptor = FileSystem.OpenDirectory(path);

    /// <summary>The root itself.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Null, and why, when the file cannot be opened. Symbolic links are followed unless the flags say otherwise.</summary>
    public FileDescriptor? TryOpen(ReadOnlySpan<byte> path, OpenFlags flags, out Errno errno, int mode = 0) =>
        FileSystem.TryOpen(Descriptor, path, flags, out errno, mode, Resolve);

    public FileDescriptor Open(ReadOnlySpan<byte> path, OpenFlags flags, int mode = 0) => FileSystem.Open(Descriptor, path, flags, mode, Resolve);

    public FileDescriptor Open(string path, OpenFlags flags, int mode = 0) => Open(Encoding.UTF8.GetBytes(path), flags, mode);

    /// <summary>Null when there is no such path.</summary>
    public FileStatus? FindStatus(string path, bool followLast)
    {
        using var file = TryOpen(Encoding.UTF8.GetBytes(path), OpenFlags.Path | (followLast ? 0 : OpenFlags.NoFollow), out var errno);
        return file is not null ? FileSystem.Status(file)
            : errno is Errno.ENOENT or Errno.ENOTDIR ? null
            : throw new LinuxException("openat2", errno, path);
    }

    /// <summary>What a symbolic link points at, or null when the path is not one.</summary>
    public string? FindLinkTarget(string path)
    {
        using var file = TryOpen(Encoding.UTF8.GetBytes(path), OpenFlags.Path | OpenFlags.NoFollow, out _);
        return file is not null && FileSystem.Status(file).Type == FileType.SymbolicLink ? Encoding.UTF8.GetString(FileSystem.ReadLink(file, ""u8)) : null;
    }

    /// <summary>A regular file's bytes, at most <paramref name="limit"/>; null when there is no such regular file.</summary>
    public byte[]? FindContent(string path, int limit = 1 << 20)
    {
        using var file = TryOpen(Encoding.UTF8.GetBytes(path), OpenFlags.Path, out _);
        if (file is null || FileSystem.Status(file).Type != FileType.Regular)
        {
            return null;
        }

        using var readable = FileSystem.Reopen(file, OpenFlags.ReadOnly);
        var buffer = new byte[Math.Min(limit, FileSystem.Status(readable).Size)];
        var length = 0;
        while (length < buffer.Length && FileSystem.Read(readable, buffer.AsSpan(length)) is var count and > 0)
        {
            length += count;
        }

        return buffer[..length];
    }

    /// <summary>
    /// Opens a directory, making what is missing of its path; <paramref name="made"/> sees each new directory and its path.
    /// </summary>
    public FileDescriptor MakeDirectories(ReadOnlySpan<byte> path, int mode = 0x1ED, Action<FileDescriptor, byte[]>? made = null) =>
        MakeDirectories(path, mode, made, MaximumLinks);

    public void Dispose() => Descriptor.Dispose();

    private FileDescriptor MakeDirectories(ReadOnlySpan<byte> path, int mode, Action<FileDescriptor, byte[]>? made, int linksLeft)
    {
        const OpenFlags flags = OpenFlags.ReadOnly | OpenFlags.Directory;
        if (TryOpen(path, flags, out var errno) is { } whole)
        {
            return whole;
        }

        if (errno != Errno.ENOENT || linksLeft == 0)
        {
            throw new LinuxException("openat2", errno, Encoding.UTF8.GetString(path));
        }

        var trimmed = path.TrimEnd((byte)'/');
        var slash = trimmed.LastIndexOf((byte)'/');
        var parentPath = slash < 0 ? "."u8 : trimmed[..slash];
        using var parent = MakeDirectories(parentPath, mode, made, linksLeft);
        var name = trimmed[(slash + 1)..];
        if (FileSystem.TryMakeDirectory(parent, name, mode))
        {
            var directory = FileSystem.Open(parent, name, flags | OpenFlags.NoFollow);
            FileSystem.ChangeMode(directory, mode);
            made?.Invoke(directory, trimmed.ToArray());
            return directory;
        }

        // A symbolic link to what is not there yet: make that, where the link means it inside this root.
        if (FileSystem.FindStatus(parent, name) is not { Type: FileType.SymbolicLink })
        {
            return Open(path, flags);
        }

        var target = FileSystem.ReadLink(parent, name);
        byte[] meant = target is [(byte)'/', ..] ? target : [.. parentPath, (byte)'/', .. target];
        return MakeDirectories(meant, mode, made, linksLeft - 1);
    }
}

namespace Gantry.Linux.Files;

/// <summary>What statx(2) says about an inode.</summary>
public readonly record struct FileStatus
{
    public required FileType Type { get; init; }

    /// <summary>Permission bits with set-user-ID, set-group-ID and sticky: twelve bits.</summary>
    public required int Mode { get; init; }

    public required int Uid { get; init; }

    public required int Gid { get; init; }

    public required long Size { get; init; }

    /// <summary>Bytes allocated on disk.</summary>
    public required long Allocated { get; init; }

    public required uint Links { get; init; }

    public required ulong Inode { get; init; }

    /// <summary>The file system's device number.</summary>
    public required (uint Major, uint Minor) Device { get; init; }

    /// <summary>For device nodes: what they stand for.</summary>
    public required (uint Major, uint Minor) Represents { get; init; }

    public required FileTime Modified { get; init; }

    /// <summary>When the inode last changed (ctime).</summary>
    public required FileTime Changed { get; init; }

    /// <summary>Whether this is the root of a mount (STATX_ATTR_MOUNT_ROOT).</summary>
    public required bool IsMountRoot { get; init; }

    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>Overlayfs marks a deleted name by a character device 0/0 (Documentation/filesystems/overlayfs.rst).</summary>
    public bool IsWhiteout => Type == FileType.CharacterDevice && Represents == (0u, 0u);

    internal static FileStatus From(in FileNative.Statx s) => new()
    {
        Type = (FileType)(s.Mode & 0xF000),
        Mode = s.Mode & 0xFFF,
        Uid = (int)s.Uid,
        Gid = (int)s.Gid,
        Size = (long)s.Size,
        Allocated = (long)s.Blocks * 512,
        Links = s.Links,
        Inode = s.Inode,
        Device = (s.DeviceMajor, s.DeviceMinor),
        Represents = (s.RepresentedMajor, s.RepresentedMinor),
        Modified = new FileTime(s.ModifiedSeconds, s.ModifiedNanoseconds),
        Changed = new FileTime(s.ChangedSeconds, s.ChangedNanoseconds),
        IsMountRoot = (s.Attributes & FileNative.STATX_ATTR_MOUNT_ROOT) != 0,
    };
}

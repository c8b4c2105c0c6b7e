using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>One member of a tar. Names are bytes: Linux knows no encoding, and archives hold names that are not UTF-8.</summary>
internal sealed record TarEntry
{
    public required byte[] Name { get; init; }

    public required TarEntryType Type { get; init; }

    /// <summary>Target of a hard or symbolic link.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>Permission bits with set-user-ID, set-group-ID and sticky.</summary>
    public int Mode { get; init; }

    public int Uid { get; init; }

    public int Gid { get; init; }

    /// <summary>Bytes of the file once extracted.</summary>
    public long Size { get; init; }

    public FileTime Modified { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public IReadOnlyList<ExtendedAttribute> Attributes { get; init; } = [];

    /// <summary>For sparse files: where the content's bytes belong, in order. Null when the content is the file.</summary>
    public IReadOnlyList<SparseRegion>? Sparse { get; init; }

    public bool IsRegular => Type is TarEntryType.Regular;
}

/// <summary>An extended attribute; the value is any bytes.</summary>
internal sealed record ExtendedAttribute(byte[] Name, byte[] Value);

/// <summary>A stretch of a sparse file that has content.</summary>
internal readonly record struct SparseRegion(long Offset, long Length);

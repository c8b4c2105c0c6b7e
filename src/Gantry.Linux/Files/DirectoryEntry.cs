namespace Gantry.Linux.Files;

/// <summary>A name in a directory, and the kind of file behind it where the file system tells.</summary>
public readonly record struct DirectoryEntry(byte[] Name, FileType Type)
{
    /// <summary>By bytes, as <c>LC_ALL=C ls</c>.</summary>
    public static int CompareNames(DirectoryEntry left, DirectoryEntry right) => left.Name.AsSpan().SequenceCompareTo(right.Name);
}

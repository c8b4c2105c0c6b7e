namespace Gantry.Images;

/// <summary>How <see cref="TarExtractor"/> treats what it unpacks.</summary>
public sealed record TarExtractOptions
{
    /// <summary>Everything belongs to this user instead of the one the archive names.</summary>
    public (int Uid, int Gid)? Owner { get; init; }

    /// <summary>Whiteout files become overlay whiteouts (layer unpacking) instead of plain files.</summary>
    public bool ConvertWhiteouts { get; init; }

    /// <summary>Refuse to replace a directory by a non-directory and the reverse (docker cp).</summary>
    public bool NoOverwriteDirNonDir { get; init; }

    /// <summary>The directory that is extracted into stays as it is, whatever the archive says of its root (docker cp).</summary>
    public bool KeepRoot { get; init; }

    /// <summary>
    /// For layers: the lower directories, topmost first. A directory that the archive uses without describing it looks as it
    /// does there.
    /// </summary>
    internal IReadOnlyList<string> ParentDirectories { get; init; } = [];
}

namespace Gantry.Build.Files;

/// <summary>How files are changed on their way into a stage.</summary>
internal sealed record CopyOptions
{
    /// <summary>--chown; null keeps what <see cref="KeepOwner"/> says.</summary>
    public (int Uid, int Gid)? Owner { get; init; }

    /// <summary>Without --chown: files of a stage or image keep their owner, those of a context become root's.</summary>
    public bool KeepOwner { get; init; }

    public ModeChange? Mode { get; init; }
}

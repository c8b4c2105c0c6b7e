namespace Gantry.Linux.Files;

/// <summary>What openat2(2) may cross while it resolves a path.</summary>
[Flags]
public enum ResolveFlags : ulong
{
    None = 0,
    NoMountCrossing = 1,
    NoMagicLinks = 2,
    NoSymbolicLinks = 4,

    /// <summary>Leaving the directory is an error (EXDEV).</summary>
    Beneath = 8,

    /// <summary>The directory is the root: absolute links and <c>..</c> stay inside it.</summary>
    InRoot = 16,
}

namespace Gantry.Images;

/// <summary>One line of <c>docker diff</c>; the path begins with a slash.</summary>
public sealed record FileChange(string Path, ChangeKind Kind);

/// <summary>With the numbers of Docker's API.</summary>
public enum ChangeKind
{
    Modified = 0,
    Added = 1,
    Deleted = 2,
}

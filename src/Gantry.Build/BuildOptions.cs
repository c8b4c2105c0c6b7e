namespace Gantry.Build;

/// <summary>Where a <see cref="Builder"/> keeps its things.</summary>
public sealed record BuildOptions
{
    /// <summary>Folder of the builder: cache mounts, scratch.</summary>
    public required string Directory { get; init; }
}

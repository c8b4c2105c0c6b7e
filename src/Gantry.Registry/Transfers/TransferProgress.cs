using Gantry.Core;

namespace Gantry.Registry;

/// <summary>One line of a pull's or push's progress, in Docker's words.</summary>
/// <param name="Id">What it is about: a layer's short digest, a tag; null for the whole.</param>
public sealed record TransferProgress(string Status, string? Id = null)
{
    /// <summary>Bytes done, and of how many; null where nothing is counted.</summary>
    public (long Current, long Total)? Bytes { get; init; }

    /// <summary>What a push left in the registry.</summary>
    public PushedManifest? Pushed { get; init; }
}

/// <summary>A tag in a registry and what it stands for.</summary>
public sealed record PushedManifest(string Tag, Digest Digest, long Size);

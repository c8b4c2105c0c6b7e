using Gantry.Core;

namespace Gantry.Images;

/// <summary>Table <c>images</c>, by digest: a target that is kept until it is removed, named or not.</summary>
internal sealed record ImageDocument
{
    public int Version { get; init; } = 1;

    public required string MediaType { get; init; }

    public required long Size { get; init; }

    public static ImageDocument Of(Descriptor target) => new() { MediaType = target.MediaType, Size = target.Size };

    public Descriptor ToTarget(Digest digest) => new(MediaType, digest, Size);
}

/// <summary>Table <c>image_names</c>, by reference in canonical form.</summary>
internal sealed record NameDocument
{
    public int Version { get; init; } = 1;

    public required string Target { get; init; }

    /// <summary>Null for those written before it was kept.</summary>
    public DateTimeOffset? Tagged { get; init; }
}

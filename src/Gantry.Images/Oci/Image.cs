using Gantry.Core;

namespace Gantry.Images;

/// <summary>An image resolved for one platform: an immutable view.</summary>
public sealed record Image
{
    /// <summary>The image's ID as Docker's containerd image store gives it: the digest of the target (an index or a manifest).</summary>
    public required Digest Id { get; init; }

    public required Descriptor Target { get; init; }

    public required Descriptor Manifest { get; init; }

    public required Descriptor ConfigBlob { get; init; }

    public required ImageConfig Config { get; init; }

    public required IReadOnlyList<ImageLayer> Layers { get; init; }

    /// <summary>Names that point at <see cref="Target"/>, tags first, ordered.</summary>
    public IReadOnlyList<ImageReference> References { get; init; } = [];

    /// <summary>Bytes of the unpacked layers.</summary>
    public long Size { get; init; }

    public IReadOnlyList<Digest> DiffIds => Config.DiffIds;

    public Platform Platform => new(Config.Os, Config.Architecture, Config.Variant);
}

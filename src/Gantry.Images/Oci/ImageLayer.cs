using Gantry.Core;

namespace Gantry.Images;

/// <summary>One layer of an image: the blob that travels and the identity of its uncompressed content.</summary>
public sealed record ImageLayer(Descriptor Blob, Digest DiffId);

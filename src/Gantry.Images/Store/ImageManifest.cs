using Gantry.Core;

namespace Gantry.Images;

/// <summary>One manifest below an image's target, whether its content is here or not.</summary>
/// <param name="Attested">Of an attestation: the manifest it is about.</param>
/// <param name="Image">Null for attestations and for manifests whose config is not here.</param>
/// <param name="ContentSize">Bytes of its blobs that are here, the manifest itself included.</param>
/// <param name="IsAvailable">Whether all of its blobs are here.</param>
public sealed record ImageManifest(Descriptor Descriptor, Digest? Attested, Image? Image, long ContentSize, bool IsAvailable);

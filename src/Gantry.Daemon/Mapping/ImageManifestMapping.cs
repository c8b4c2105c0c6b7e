using Gantry.Core;
using Gantry.Images;
using Wire = Gantry.Api.Images;

namespace Gantry.Daemon.Mapping;

/// <summary>Descriptors, and the manifests an image consists of.</summary>
internal static class ImageManifestMapping
{
    public static Wire.ImageDescriptor ToWire(this Descriptor descriptor, Platform? platform = null) => new()
    {
        MediaType = descriptor.MediaType,
        Digest = descriptor.Digest.ToString(),
        Size = descriptor.Size,
        Annotations = descriptor.Annotations,
        Platform = (platform ?? descriptor.Platform)?.ToWire(),
    };

    public static Wire.ImagePlatform ToWire(this Platform platform) => new() { Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant };

    /// <param name="containers">IDs of the containers made from one platform's image.</param>
    public static Wire.ImageManifestSummary ToWire(this ImageManifest manifest, Func<Image, IReadOnlyList<string>> containers)
    {
        var unpacked = manifest.Image?.Size ?? 0;
        return new Wire.ImageManifestSummary
        {
            ID = manifest.Descriptor.Digest.ToString(),
            Descriptor = manifest.Descriptor.ToWire(),
            Available = manifest.IsAvailable,
            Size = new Wire.ImageManifestSize { Content = manifest.ContentSize, Total = manifest.ContentSize + unpacked },
            Kind = manifest.Attested is not null ? "attestation" : manifest.Image is not null || manifest.Descriptor.Platform is not null ? "image" : "unknown",
            ImageData = manifest.Attested is not null || (manifest.Image is null && manifest.Descriptor.Platform is null) ? null : new Wire.ImageManifestProperties
            {
                Platform = (manifest.Image?.Platform ?? manifest.Descriptor.Platform!.Value).ToWire(),
                Containers = manifest.Image is { } image ? containers(image) : [],
                Size = new Wire.ImageUnpackedSize { Unpacked = unpacked },
            },
            AttestationData = manifest.Attested is { } about ? new Wire.ImageManifestAttestation { For = about.ToString() } : null,
        };
    }
}

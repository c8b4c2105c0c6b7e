using Gantry.Core;

namespace Gantry.Images;

/// <summary>OCI content descriptor (image-spec descriptor.md).</summary>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    public Platform? Platform { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>One manifest of an image, of <c>Manifests</c> in list (API 1.47) and inspect (1.48).</summary>
public sealed record ImageManifestSummary
{
    public string ID { get; set; } = "";

    public ImageDescriptor Descriptor { get; set; } = new();

    /// <summary>Whether all of its content is here.</summary>
    public bool Available { get; set; }

    public ImageManifestSize Size { get; set; } = new();

    /// <summary><c>image</c>, <c>attestation</c> or <c>unknown</c>.</summary>
    public string Kind { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageManifestProperties? ImageData { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageManifestAttestation? AttestationData { get; set; }
}

/// <summary>Bytes: of the blobs that are here, and with what is unpacked of them.</summary>
public sealed record ImageManifestSize
{
    public long Total { get; set; }

    public long Content { get; set; }
}

public sealed record ImageManifestProperties
{
    public ImagePlatform Platform { get; set; } = new();

    /// <summary>IDs of the containers made from it.</summary>
    public IReadOnlyList<string> Containers { get; set; } = [];

    public ImageUnpackedSize Size { get; set; } = new();
}

public sealed record ImageUnpackedSize
{
    public long Unpacked { get; set; }
}

public sealed record ImageManifestAttestation
{
    /// <summary>Digest of the manifest it is about.</summary>
    public string For { get; set; } = "";
}

using Gantry.Core;

namespace Gantry.Images;

/// <summary>OCI image config (image-spec config.md) with Docker's additions (OnBuild, Healthcheck, Shell).</summary>
public sealed record ImageConfig
{
    public DateTimeOffset? Created { get; init; }

    public string? Author { get; init; }

    public string Architecture { get; init; } = Platform.Host.Architecture;

    public string? Variant { get; init; }

    public string Os { get; init; } = "linux";

    public ProcessDefaults Config { get; init; } = new();

    /// <summary>Digests of the uncompressed layers, base first (<c>rootfs.diff_ids</c>).</summary>
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];

    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static ImageConfig Parse(ReadOnlySpan<byte> bytes) => OciJson.Read(bytes, OciJson.Config).ToConfig();
}

/// <summary>One step of an image's making, base first.</summary>
public sealed record HistoryEntry(DateTimeOffset? Created, string? CreatedBy, string? Comment, bool EmptyLayer)
{
    public string? Author { get; init; }
}

using Gantry.Core;

namespace Gantry.Images;

/// <summary>A manifest or an index as a registry serves it: which one shows in the members it has.</summary>
public sealed record Manifest
{
    public string? MediaType { get; init; }

    public int SchemaVersion { get; init; }

    /// <summary>An image manifest's config.</summary>
    public Descriptor? Config { get; init; }

    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    /// <summary>An index's children; null for image manifests.</summary>
    public IReadOnlyList<Descriptor>? Manifests { get; init; }

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> bytes)
    {
        var document = OciJson.Read(bytes, OciJson.Manifest);
        return new Manifest
        {
            MediaType = document.MediaType,
            SchemaVersion = document.SchemaVersion,
            Config = document.Config?.ToDescriptor(),
            Layers = [.. (document.Layers ?? []).Select(layer => layer.ToDescriptor())],
            Manifests = document.Manifests is { } children ? [.. children.Select(child => child.ToDescriptor())] : null,
        };
    }
}

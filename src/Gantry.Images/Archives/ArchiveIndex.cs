using Gantry.Core;

namespace Gantry.Images;

/// <summary>Which images an archive holds, and their names: by index.json when it is an OCI layout, else by manifest.json.</summary>
internal static class ArchiveIndex
{
    private const string ContainerdName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";

    public static IReadOnlyList<(Descriptor Target, IReadOnlyList<ImageReference> References)> Find(ArchiveContents contents, ContentStore content)
    {
        IReadOnlyList<DockerArchiveImage> docker = contents.Document("manifest.json") is { } manifest ? OciJson.Read(manifest, OciJson.DockerArchive) : [];
        return contents.Document("index.json") is { } index && OciJson.Read(index, OciJson.Manifest).Manifests is { Count: > 0 } targets
            ? FromLayout(targets, docker, contents, content)
            : [.. docker.Select(image => (ToTarget(image, contents, content), Names(image)))];
    }

    private static List<(Descriptor Target, IReadOnlyList<ImageReference> References)> FromLayout(
        IReadOnlyList<OciDescriptor> targets, IReadOnlyList<DockerArchiveImage> docker, ArchiveContents contents, ContentStore content)
    {
        List<(Descriptor, IReadOnlyList<ImageReference>)> found = [];
        foreach (var group in targets.Where(IsImage).Select(target => target.ToDescriptor()).GroupBy(target => target.Digest))
        {
            if (!content.Contains(group.Key))
            {
                throw GantryException.Invalid($"invalid archive: blob {group.Key} is missing");
            }

            // Annotations are about this archive, not about the image.
            var target = WithMediaType(group.First() with { Annotations = null, Platform = null, Size = content.SizeOf(group.Key) }, content);
            var names = group.Select(NameOf).OfType<ImageReference>().Distinct().ToArray();
            found.Add((target, names.Length > 0 ? names : NamesByConfig(target, docker, contents, content)));
        }

        return found;
    }

    private static bool IsImage(OciDescriptor descriptor) => descriptor.Platform is not { Os: "unknown" };

    private static ImageReference? NameOf(Descriptor target)
    {
        if (Annotation(ContainerdName) is { } full && ImageReference.TryParse(full, null, out var reference))
        {
            return reference.WithDefaultTag();
        }

        // The OCI annotation is often a bare tag, which names nothing by itself.
        return Annotation(RefName) is { } name && name.AsSpan().ContainsAny('/', ':') && ImageReference.TryParse(name, null, out reference) ? reference.WithDefaultTag() : null;

        string? Annotation(string key) => target.Annotations?.GetValueOrDefault(key);
    }

    private static ImageReference[] NamesByConfig(
        Descriptor target, IReadOnlyList<DockerArchiveImage> docker, ArchiveContents contents, ContentStore content)
    {
        var config = OciJson.Read(content.ReadAll(target.Digest), OciJson.Manifest).Config?.ToDescriptor().Digest;
        return docker.FirstOrDefault(image => image.Config is { } path && contents.Blob(path).Digest == config) is { } same ? Names(same) : [];
    }

    private static Descriptor WithMediaType(Descriptor target, ContentStore content)
    {
        if (target.MediaType.Length > 0)
        {
            return target;
        }

        var document = OciJson.Read(content.ReadAll(target.Digest), OciJson.Manifest);
        return target with { MediaType = document.MediaType ?? (document.Manifests is null ? MediaTypes.OciManifest : MediaTypes.OciIndex) };
    }

    private static ImageReference[] Names(DockerArchiveImage image) =>
        [.. (image.RepoTags ?? []).Select(tag => ImageReference.TryParse(tag, null, out var reference) ? reference.WithDefaultTag() : throw GantryException.Invalid($"invalid tag \"{tag}\""))];

    private static Descriptor ToTarget(DockerArchiveImage image, ArchiveContents contents, ContentStore content)
    {
        var config = contents.Blob(image.Config ?? throw GantryException.Invalid("invalid manifest.json: no config"));
        return ManifestWriter.Write(content, content.ReadAll(config.Digest), [.. (image.Layers ?? []).Select(path => ToLayer(contents.Blob(path), content))]);
    }

    private static Descriptor ToLayer((Digest Digest, long Size) blob, ContentStore content)
    {
        using var stream = content.OpenRead(blob.Digest);
        var start = new byte[10];
        var mediaType = Compression.Kind(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))) switch
        {
            CompressionKind.Gzip => MediaTypes.OciLayerGzip,
            CompressionKind.Zstd => MediaTypes.OciLayerZstd,
            _ => MediaTypes.OciLayer,
        };
        return new Descriptor(mediaType, blob.Digest, blob.Size);
    }
}

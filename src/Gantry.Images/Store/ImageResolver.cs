using System.Collections.Concurrent;
using Gantry.Core;

namespace Gantry.Images;

/// <summary>
/// Reads manifests and configs, each once: what a digest names never changes. Answers which image a target is on a platform
/// and what a target needs.
/// </summary>
internal sealed class ImageResolver(ContentStore content, LayerStore layers)
{
    private readonly ConcurrentDictionary<Digest, OciManifest> manifests = new();
    private readonly ConcurrentDictionary<Digest, ImageConfig> configs = new();
    private readonly ConcurrentDictionary<(Digest Target, Platform? Platform), Image> images = new();

    /// <summary>The image for a platform; null means the host's, else any present one. Null when there is none.</summary>
    public Image? Find(Descriptor target, Platform? platform)
    {
        if (images.TryGetValue((target.Digest, platform), out var known))
        {
            return known;
        }

        if (Choose(target, platform) is not var (manifest, config, document))
        {
            return null;
        }

        var image = ToImage(target, manifest, config, document);
        if (IsUnpacked(image))
        {
            images[(target.Digest, platform)] = image;
        }

        return image;
    }

    /// <summary>The images of all platforms that are here.</summary>
    public IReadOnlyList<Image> All(Descriptor target) =>
        [.. Manifests(target).Select(m => FindConfig(m.Document) is { } config ? ToImage(target, m.Descriptor, config, m.Document) : null).OfType<Image>()];

    /// <summary>The manifests a target consists of, in its order: the target itself, or what its index lists.</summary>
    public IReadOnlyList<ImageManifest> ManifestsBelow(Descriptor target)
    {
        var document = FindManifest(target.Digest);
        return document?.Manifests is { } children ? [.. children.Select(child => Below(target, child.ToDescriptor()))] : [Below(target, target)];
    }

    /// <summary>Every descriptor a target leads to that is here, itself first; layers that are not here too.</summary>
    public IEnumerable<Descriptor> Reachable(Descriptor target)
    {
        yield return target;
        if (FindManifest(target.Digest) is not { } manifest)
        {
            yield break;
        }

        foreach (var child in manifest.Manifests ?? [])
        {
            foreach (var descriptor in Reachable(child.ToDescriptor()))
            {
                yield return descriptor;
            }
        }

        if (manifest.Config is { } config)
        {
            yield return config.ToDescriptor();
        }

        foreach (var layer in manifest.Layers ?? [])
        {
            yield return layer.ToDescriptor();
        }
    }

    /// <summary>Diff IDs of every image below a target.</summary>
    public IEnumerable<IReadOnlyList<Digest>> Chains(Descriptor target) =>
        Manifests(target).Select(manifest => FindConfig(manifest.Document)).OfType<ImageConfig>().Select(config => config.DiffIds);

    /// <exception cref="GantryException">InvalidArgument: not a manifest or index, or parts of it are not here.</exception>
    public void Validate(Descriptor target)
    {
        var document = FindManifest(target.Digest) ?? throw GantryException.Invalid($"manifest {target.Digest} is not here");
        if (document.Manifests is null && document.Config is null)
        {
            throw GantryException.Invalid($"{target.Digest} is neither an image manifest nor an index");
        }

        if (Choose(target, null) is not var (_, config, manifest))
        {
            throw GantryException.Invalid($"no complete image in {target.Digest}");
        }

        if (config.DiffIds.Count != (manifest.Layers ?? []).Count)
        {
            throw GantryException.Invalid($"invalid image {target.Digest}: {manifest.Layers?.Count ?? 0} layers, {config.DiffIds.Count} diff ids");
        }
    }

    public void Forget(Digest target)
    {
        foreach (var key in images.Keys.Where(key => key.Target == target))
        {
            images.TryRemove(key, out _);
        }
    }

    public void ForgetContent(Digest digest)
    {
        manifests.TryRemove(digest, out _);
        configs.TryRemove(digest, out _);
    }

    private (Descriptor Manifest, ImageConfig Config, OciManifest Document)? Choose(Descriptor target, Platform? platform)
    {
        (Descriptor, ImageConfig, OciManifest)? any = null;
        var wanted = platform ?? Platform.Host;
        foreach (var (descriptor, document) in Manifests(target))
        {
            if (FindConfig(document) is not { } config)
            {
                continue;
            }

            if (wanted.Accepts(new Platform(config.Os, config.Architecture, config.Variant)))
            {
                return (descriptor, config, document);
            }

            any ??= (descriptor, config, document);
        }

        return platform is null ? any : null;
    }

    // Image manifests below a target that are here; attestations and artifacts have no image config.
    private IEnumerable<(Descriptor Descriptor, OciManifest Document)> Manifests(Descriptor target)
    {
        if (FindManifest(target.Digest) is not { } manifest)
        {
            return [];
        }

        return manifest.Manifests is { } children
            ? children.Where(child => child.Platform is not { Os: "unknown" }).SelectMany(child => Manifests(child.ToDescriptor()))
            : manifest.Config?.MediaType is MediaTypes.OciConfig or MediaTypes.DockerConfig ? [(target, manifest)] : [];
    }

    private Image ToImage(Descriptor target, Descriptor manifest, ImageConfig config, OciManifest document)
    {
        var blobs = document.Layers ?? [];
        ImageLayer[] imageLayers = [.. blobs.Zip(config.DiffIds, (blob, diffId) => new ImageLayer(blob.ToDescriptor(), diffId))];
        return new Image
        {
            Id = target.Digest,
            Target = target,
            Manifest = manifest.MediaType.Length > 0 ? manifest : manifest with { MediaType = document.MediaType ?? MediaTypes.OciManifest },
            ConfigBlob = document.Config!.ToDescriptor(),
            Config = config,
            Layers = imageLayers,
            Size = LayerStore.Chain(config.DiffIds).Zip(imageLayers, (chainId, layer) => layers.Peek(chainId)?.Size ?? layer.Blob.Size).Sum(),
        };
    }

    private ImageManifest Below(Descriptor target, Descriptor manifest)
    {
        var parts = Reachable(manifest).ToArray();
        var here = parts.Where(part => content.Contains(part.Digest)).ToArray();
        var attested = manifest.Annotations?.GetValueOrDefault("vnd.docker.reference.digest") is { } text && Digest.TryParse(text, null, out var digest) ? digest : (Digest?)null;
        var document = attested is null ? FindManifest(manifest.Digest) : null;
        var image = document is not null && FindConfig(document) is { } config ? ToImage(target, manifest, config, document) : null;
        return new ImageManifest(manifest, attested, image, here.Sum(part => part.Size), here.Length == parts.Length && FindManifest(manifest.Digest) is not null);
    }

    private bool IsUnpacked(Image image) => image.DiffIds.Count == 0 || layers.Peek(LayerStore.ChainId(image.DiffIds)) is not null;

    private OciManifest? FindManifest(Digest digest) => FindDocument(manifests, digest, bytes => OciJson.Read(bytes, OciJson.Manifest));

    private ImageConfig? FindConfig(OciManifest manifest) => manifest.Config is { } config
        ? FindDocument(configs, config.ToDescriptor().Digest, bytes => OciJson.Read(bytes, OciJson.Config).ToConfig()) : null;

    // What is not a document counts as absent: one broken image must not hide the others.
    private T? FindDocument<T>(ConcurrentDictionary<Digest, T> cache, Digest digest, Func<byte[], T> read)
        where T : class
    {
        if (cache.TryGetValue(digest, out var known))
        {
            return known;
        }

        try
        {
            return content.Peek(digest) && content.SizeOf(digest) <= ContentStore.DocumentLimit ? cache.GetOrAdd(digest, read(content.ReadAll(digest))) : null;
        }
        catch (GantryException)
        {
            return null;
        }
    }
}

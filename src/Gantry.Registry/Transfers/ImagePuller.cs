using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>What a pull did.</summary>
/// <param name="Changed">Whether the name stands for something else than before, or for more platforms.</param>
public sealed record PulledImage(Image Image, bool Changed);

/// <summary><c>docker pull</c>: from a registry into the image store, unpacked.</summary>
public sealed class ImagePuller(RegistryClient registry, ImageStore images) : IDisposable
{
    private readonly LayerDownloads downloads = new(images.Content, registry.Options.MaxDownloads);

    /// <param name="platform">Null for the host's.</param>
    /// <exception cref="GantryException">In Docker's words: NotFound, Unauthorized, Unavailable; Internal when the registry is not reached.</exception>
    public async Task<PulledImage> PullAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        // A digest says more than the tag beside it.
        var name = reference.Digest is null ? reference.WithDefaultTag() : reference with { Tag = null };
        using var lease = images.Lease();
        try
        {
            return await registry.WithRepositoryAsync(
                name, credentials, pull: true, repository => PullAsync(repository, name, platform, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw PullErrors.Translate(e, name);
        }
    }

    /// <summary>The tags of a repository, for <c>pull --all-tags</c>.</summary>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.WithRepositoryAsync(reference, credentials, pull: true, repository => repository.ListTagsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw PullErrors.Translate(e, reference);
        }
    }

    public void Dispose() => downloads.Dispose();

    private async Task<PulledImage> PullAsync(
        RemoteRepository repository, ImageReference name, Platform? platform, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var asked = name.Digest?.ToString() ?? name.Tag!;
        var current = images.Find(name.ToString(), platform ?? Platform.Host);
        var pulling = new TransferProgress($"Pulling from {name.Path}", asked);
        if (current is not null && IsComplete(current) && (await repository.FindManifestAsync(asked, cancellationToken).ConfigureAwait(false))?.Digest == current.Id)
        {
            progress.Report(pulling);
            return Report(new PulledImage(current, Changed: false), name, progress);
        }

        var top = await repository.GetManifestAsync(asked, cancellationToken).ConfigureAwait(false);
        progress.Report(pulling);
        var layers = await FetchDocumentsAsync(repository, name, top, platform, cancellationToken).ConfigureAwait(false);
        await FetchLayersAsync(repository, layers, progress, cancellationToken).ConfigureAwait(false);
        var before = images.Find(name.ToString())?.Id;
        var added = images.AddTarget(top.Descriptor);
        images.Tag(added.Id, name);
        return Report(new PulledImage(images.Get(added.Id.ToString(), platform), before != added.Id || current is null), name, progress);
    }

    private bool IsComplete(Image image) =>
        image.Layers.All(layer => images.Content.Contains(layer.Blob.Digest)) && (image.DiffIds.Count == 0 || images.Layers.Contains(LayerStore.ChainId(image.DiffIds)));

    // Indexes down to the platform's manifest, and its config.
    private async Task<IReadOnlyList<ImageLayer>> FetchDocumentsAsync(
        RemoteRepository repository, ImageReference name, RemoteManifest top, Platform? platform, CancellationToken cancellationToken)
    {
        var manifest = top;
        images.Content.Write(top.Bytes);
        for (var depth = 0; manifest.Document.Manifests is { } children; depth++)
        {
            if (depth == 4)
            {
                throw GantryException.Invalid($"{name.Familiar}: indexes are nested too deeply");
            }

            manifest = await repository.GetManifestAsync(PlatformSelection.Choose(children, platform ?? Platform.Host).Digest.ToString(), cancellationToken).ConfigureAwait(false);
            images.Content.Write(manifest.Bytes);
        }

        if (manifest.Document.Config is not { MediaType: MediaTypes.OciConfig or MediaTypes.DockerConfig } blob)
        {
            throw GantryException.Invalid($"{name.Familiar} is no container image: unsupported media type {manifest.Document.Config?.MediaType ?? manifest.Descriptor.MediaType}");
        }

        var bytes = images.Content.Contains(blob.Digest) ? images.Content.ReadAll(blob.Digest) : await repository.GetBlobAsync(blob, cancellationToken).ConfigureAwait(false);
        images.Content.Write(bytes);
        var config = ImageConfig.Parse(bytes);
        var found = new Platform(config.Os, config.Architecture, config.Variant);
        if (platform is { } wanted && !wanted.Accepts(found))
        {
            throw GantryException.NotFound($"image with reference {name.Familiar} was found but its platform ({found}) does not match the specified platform ({wanted})");
        }

        return config.DiffIds.Count == manifest.Document.Layers.Count
            ? [.. manifest.Document.Layers.Zip(config.DiffIds, (layer, diffId) => new ImageLayer(layer, diffId))]
            : throw GantryException.Invalid($"invalid image {name.Familiar}: {manifest.Document.Layers.Count} layers, {config.DiffIds.Count} diff ids");
    }

    // A layer is unpacked as soon as it and those below are here, while those above still arrive.
    private async Task FetchLayersAsync(RemoteRepository repository, IReadOnlyList<ImageLayer> layers, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var present = layers.Select((_, index) => IsPresent(layers, index)).ToArray();
        foreach (var (layer, here) in layers.Zip(present))
        {
            progress.Report(new TransferProgress(here ? "Already exists" : "Pulling fs layer", layer.Blob.Digest.Short));
        }

        Task[] arrivals = [.. layers.Zip(present, (layer, here) => here ? Task.CompletedTask : FetchAsync(repository, layer.Blob, progress, stop.Token))];
        try
        {
            for (var index = 0; index < layers.Count; index++)
            {
                await arrivals[index].ConfigureAwait(false);
                if (!present[index])
                {
                    await images.Layers.EnsureAsync([.. layers.Take(index + 1)], new ExtractionProgress(progress), cancellationToken).ConfigureAwait(false);
                    progress.Report(new TransferProgress("Pull complete", layers[index].Blob.Digest.Short));
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(arrivals).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private async Task FetchAsync(RemoteRepository repository, Descriptor blob, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        if (!images.Content.Contains(blob.Digest))
        {
            await downloads.GetAsync(repository, blob, progress, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            progress.Report(new TransferProgress("Download complete", blob.Digest.Short));
        }
    }

    private bool IsPresent(IReadOnlyList<ImageLayer> layers, int index) =>
        images.Content.Contains(layers[index].Blob.Digest) && images.Layers.Contains(LayerStore.ChainId([.. layers.Take(index + 1).Select(layer => layer.DiffId)]));

    private static PulledImage Report(PulledImage pulled, ImageReference name, IProgress<TransferProgress> progress)
    {
        progress.Report(new TransferProgress($"Digest: {pulled.Image.Id}"));
        progress.Report(new TransferProgress($"Status: {(pulled.Changed ? "Downloaded newer image" : "Image is up to date")} for {name.Familiar}"));
        return pulled;
    }
}

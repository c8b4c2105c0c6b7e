using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary><c>docker push</c>: from the image store to a registry; nothing that is there already travels.</summary>
public sealed class ImagePusher(RegistryClient registry, ImageStore images) : IDisposable
{
    private const int ReportInterval = 100;

    private readonly SemaphoreSlim slots = new(registry.Options.MaxUploads);

    /// <param name="reference">With a tag, that an image here has.</param>
    /// <param name="platform">Only this platform's manifest; null for all that the image has.</param>
    /// <exception cref="GantryException">NotFound, Unauthorized, Forbidden, Unavailable, Internal, in Docker's words.</exception>
    public async Task PushAsync(ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new TransferProgress(Opening(reference)));
        using var lease = images.Lease();
        var image = images.Find(reference.ToString()) ?? throw GantryException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        var (target, note) = Choose(image, platform);
        try
        {
            await registry.WithRepositoryAsync(
                reference, credentials, pull: false,
                async repository =>
                {
                    await PushAsync(repository, reference, target, progress, cancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw PullErrors.Translate(e);
        }

        if (note is not null)
        {
            progress.Report(new TransferProgress(note));
        }
    }

    /// <summary>The line every push begins with; what fails, fails after it.</summary>
    public static string Opening(ImageReference reference) => $"The push refers to repository [{reference.Repository}]";

    public void Dispose() => slots.Dispose();

    // As Docker's containerd image store: all of an index, or else the one platform that is here.
    private (Descriptor Target, string? Note) Choose(Image image, Platform? platform)
    {
        if (platform is { } wanted)
        {
            return images.PlatformsOf(image.Target).FirstOrDefault(other => wanted.Accepts(other.Platform)) is { } chosen && IsHere(chosen.Manifest)
                ? (chosen.Manifest, null)
                : throw GantryException.NotFound($"image with reference {image.References[0].Familiar} was found but does not provide the specified platform ({wanted})");
        }

        if (IsHere(image.Target))
        {
            return (image.Target, null);
        }

        return images.PlatformsOf(image.Target).Where(other => IsHere(other.Manifest)).ToArray() is [var only]
            ? (only.Manifest, $"Not all multiplatform-content is present and only the available single-platform image was pushed: {image.Target.Digest} -> {only.Manifest.Digest}")
            : throw GantryException.NotFound("image index was found but some of its content is missing: pull all of its platforms, or push one of them with --platform");
    }

    private bool IsHere(Descriptor target) => images.PartsNamedBy(target).All(part => images.Content.Contains(part.Digest));

    private async Task PushAsync(RemoteRepository repository, ImageReference reference, Descriptor target, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        Descriptor[] parts = [.. images.PartsNamedBy(target).DistinctBy(part => part.Digest)];
        Descriptor[] manifests = [.. parts.Where(IsDocument)];
        Descriptor[] blobs = [.. parts.Where(part => !IsDocument(part))];
        foreach (var layer in blobs.Where(IsLayer))
        {
            progress.Report(new TransferProgress("Preparing", layer.Digest.Short));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(blobs.Select(blob => StopOthersAsync(PushBlobAsync(repository, reference, blob, progress, stop.Token), stop))).ConfigureAwait(false);

        // Children come after their parents in the list, and have to be there before them.
        foreach (var manifest in manifests.Reverse())
        {
            var name = manifest.Digest == target.Digest ? reference.Tag! : manifest.Digest.ToString();
            await repository.PutManifestAsync(name, MediaTypeOf(manifest), images.Content.ReadAll(manifest.Digest), cancellationToken).ConfigureAwait(false);
        }

        var size = images.Content.SizeOf(target.Digest);
        progress.Report(new TransferProgress($"{reference.Tag}: digest: {target.Digest} size: {size}"));
        progress.Report(new TransferProgress("") { Pushed = new PushedManifest(reference.Tag!, target.Digest, size) });
    }

    private async Task PushBlobAsync(RemoteRepository repository, ImageReference reference, Descriptor blob, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        if (slots.CurrentCount == 0)
        {
            Report("Waiting");
        }

        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await repository.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false))
            {
                Report("Layer already exists");
                return;
            }

            var (source, location) = await MountAsync(repository, reference, blob, cancellationToken).ConfigureAwait(false);
            if (source is not null && location is null)
            {
                Report($"Mounted from {source}");
                return;
            }

            var last = 0L;
            await repository.UploadAsync(
                blob, images.Content, location,
                done =>
                {
                    if (Environment.TickCount64 - last >= ReportInterval || done == blob.Size)
                    {
                        last = Environment.TickCount64;
                        Report("Pushing", (done, blob.Size));
                    }
                },
                pause => Report($"Retrying in {Math.Ceiling(pause.TotalSeconds)} seconds"),
                cancellationToken).ConfigureAwait(false);
            Report("Pushed");
        }
        finally
        {
            slots.Release();
        }

        void Report(string status, (long, long)? bytes = null)
        {
            if (IsLayer(blob))
            {
                progress.Report(new TransferProgress(status, blob.Digest.Short) { Bytes = bytes });
            }
        }
    }

    // Any other repository of that registry which an image here with this blob is named after may have it.
    private async Task<(string? Source, Uri? Location)> MountAsync(RemoteRepository repository, ImageReference reference, Descriptor blob, CancellationToken cancellationToken)
    {
        var source = images.List()
            .Where(image => image.ConfigBlob.Digest == blob.Digest || image.Layers.Any(layer => layer.Blob.Digest == blob.Digest))
            .SelectMany(image => image.References)
            .FirstOrDefault(other => other.Domain == reference.Domain && other.Path != reference.Path)?.Path;
        try
        {
            return source is null ? (null, null) : (source, await repository.MountAsync(blob.Digest, source, cancellationToken).ConfigureAwait(false));
        }
        catch (RegistryException e) when (!e.Retryable)
        {
            return (null, null);
        }
    }

    private static async Task StopOthersAsync(Task work, CancellationTokenSource stop)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static bool IsDocument(Descriptor part) => MediaTypes.IsManifest(part.MediaType) || MediaTypes.IsIndex(part.MediaType);

    private static bool IsLayer(Descriptor part) => part.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig);

    private static string MediaTypeOf(Descriptor manifest) => manifest.MediaType;
}

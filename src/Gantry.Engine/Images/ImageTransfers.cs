using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images to and from registries, for <see cref="ImageService"/> and for builds.</summary>
internal sealed class ImageTransfers : IDisposable
{
    private readonly ImageStore images;
    private readonly EventService events;
    private readonly RegistryClient client;
    private readonly ImagePuller puller;
    private readonly ImagePusher pusher;

    public ImageTransfers(ImageStore images, EventService events, RegistryOptions options)
    {
        this.images = images;
        this.events = events;
        client = new RegistryClient(options);
        Search = new RegistrySearch(options);
        Web = new WebFetcher(options);
        puller = new ImagePuller(client, images);
        pusher = new ImagePusher(client, images);
    }

    public RegistrySearch Search { get; }

    public WebFetcher Web { get; }

    public async Task<PulledImage> PullAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var pulled = await puller.PullAsync(reference, platform, credentials, progress, cancellationToken);
        events.PublishTransfer(images.Find(reference.WithDefaultTag().ToString()), "pull", reference.WithDefaultTag());
        return pulled;
    }

    /// <summary>Every tag of a repository.</summary>
    public async Task PullAllAsync(
        ImageReference repository, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var tag in await puller.ListTagsAsync(repository, credentials, cancellationToken))
        {
            await PullAsync(repository with { Tag = tag }, platform, credentials, progress, cancellationToken);
        }
    }

    /// <param name="reference">Without a tag: all tags that the repository has here.</param>
    public async Task PushAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        ImageReference[] names = reference.Tag is not null ? [reference]
            : [.. images.List().SelectMany(image => image.References).Where(other => other.Repository == reference.Repository && other is { Tag: not null, Digest: null }).OrderBy(other => other.Tag, StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            progress.Report(new TransferProgress(ImagePusher.Opening(reference)));
            throw GantryException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        }

        foreach (var name in names)
        {
            await pusher.PushAsync(name, platform, credentials, progress, cancellationToken);
            events.PublishTransfer(images.Find(name.ToString()), "push", name);
        }
    }

    public Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        client.InspectAsync(reference, credentials, cancellationToken);

    public Task<string?> LoginAsync(string server, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        client.LoginAsync(server, credentials, cancellationToken);

    public void Dispose()
    {
        puller.Dispose();
        pusher.Dispose();
        client.Dispose();
    }
}

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
    private readonly Lock gate = new();
    private readonly List<Channel> channels = [];
    private volatile Channel current;

    public ImageTransfers(ImageStore images, EventService events, RegistryOptions options)
    {
        this.images = images;
        this.events = events;
        current = Open(options);
    }

    public RegistryOptions Options => current.Options;

    /// <summary>What begins from now on goes by these options; what is under way keeps its channel.</summary>
    public void Reload(RegistryOptions options) => current = Open(options);

    public async Task<PulledImage> PullAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var pulled = await current.Puller.PullAsync(reference, platform, credentials, progress, cancellationToken);
        events.Publish("image", "pull", reference.WithDefaultTag().Familiar, ("name", reference.FamiliarName));
        return pulled;
    }

    /// <summary>Every tag of a repository.</summary>
    public async Task PullAllAsync(
        ImageReference repository, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var tag in await current.Puller.ListTagsAsync(repository, credentials, cancellationToken))
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
            throw GantryException.NotFound($"An image does not exist locally with the tag: {reference.FamiliarName}");
        }

        foreach (var name in names)
        {
            await current.Pusher.PushAsync(name, platform, credentials, progress, cancellationToken);
            events.Publish("image", "push", name.Familiar, ("name", name.FamiliarName));
        }
    }

    public Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        current.Client.InspectAsync(reference, credentials, cancellationToken);

    public Task<string?> LoginAsync(string server, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        current.Client.LoginAsync(server, credentials, cancellationToken);

    public void Dispose()
    {
        foreach (var channel in channels)
        {
            channel.Puller.Dispose();
            channel.Pusher.Dispose();
            channel.Client.Dispose();
        }
    }

    private Channel Open(RegistryOptions options)
    {
        var client = new RegistryClient(options);
        var channel = new Channel(options, client, new ImagePuller(client, images), new ImagePusher(client, images));
        lock (gate)
        {
            channels.Add(channel);
        }

        return channel;
    }

    private sealed record Channel(RegistryOptions Options, RegistryClient Client, ImagePuller Puller, ImagePusher Pusher);
}

using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images to and from registries, for <see cref="ImageService"/> and for builds.</summary>
internal sealed class ImageTransfers(ImageStore images, EventService events, RegistryOptions options) : IDisposable
{
    private volatile RegistryChannel current = new(options, images);

    public RegistrySearch Search => new(Options);

    public WebFetcher Web => new(Options);

    public RegistryOptions Options => current.Options;

    /// <summary>What begins from now on goes by these options; what is under way goes on as it began.</summary>
    public void Reload(RegistryOptions next) => Interlocked.Exchange(ref current, new RegistryChannel(next, images)).Leave();

    public async Task<PulledImage> PullAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var pulled = await WithChannelAsync(channel => channel.Puller.PullAsync(reference, platform, credentials, progress, cancellationToken));
        events.PublishTransfer(images.Find(reference.WithDefaultTag().ToString()), "pull", reference.WithDefaultTag());
        return pulled;
    }

    /// <summary>Every tag of a repository.</summary>
    public async Task PullAllAsync(
        ImageReference repository, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var tag in await WithChannelAsync(channel => channel.Puller.ListTagsAsync(repository, credentials, cancellationToken)))
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
            await WithChannelAsync(async channel =>
            {
                await channel.Pusher.PushAsync(name, platform, credentials, progress, cancellationToken);
                return true;
            });
            events.PublishTransfer(images.Find(name.ToString()), "push", name);
        }
    }

    public Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        WithChannelAsync(channel => channel.Client.InspectAsync(reference, credentials, cancellationToken));

    public Task<string?> LoginAsync(string server, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        WithChannelAsync(channel => channel.Client.LoginAsync(server, credentials, cancellationToken));

    public void Dispose() => current.Leave();

    private async Task<T> WithChannelAsync<T>(Func<RegistryChannel, Task<T>> work)
    {
        // One that was retired in between has a successor.
        var channel = current;
        while (!channel.TryEnter())
        {
            ObjectDisposedException.ThrowIf(channel == current, this);
            channel = current;
        }

        try
        {
            return await work(channel);
        }
        finally
        {
            channel.Leave();
        }
    }
}

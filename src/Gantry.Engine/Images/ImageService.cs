using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Images;

namespace Gantry.Engine.Images;

/// <summary>What <c>docker images</c> asks.</summary>
public sealed record ImageListQuery
{
    public bool All { get; init; }

    public ObjectFilters Filters { get; init; } = ObjectFilters.None;
}

/// <summary>Owner of the images: names them, removes them when no container is in the way, carries them in and out as archives and by registries.</summary>
public sealed partial class ImageService
{
    private readonly ImageStore images;
    private readonly ImageArchive archive;
    private readonly SnapshotStore snapshots;
    private readonly ContainerRegistry containers;
    private readonly EventService events;
    private readonly Func<IEnumerable<Digest>> cachedLayers;
    private readonly ImageTransfers transfers;
    private readonly TimeProvider time;

    internal ImageService(EngineParts parts, ImageTransfers transfers, Func<IEnumerable<Digest>> cachedLayers)
    {
        images = parts.Images;
        snapshots = parts.Snapshots;
        containers = parts.Containers;
        events = parts.Events;
        time = parts.Time;
        this.transfers = transfers;
        archive = new ImageArchive(images);
        this.cachedLayers = cachedLayers;
    }

    /// <exception cref="GantryException">NotFound, <c>No such image: x</c>.</exception>
    /// <exception cref="GantryException">NotFound, for a platform it does not have.</exception>
    public Image Get(string nameOrId, Platform? platform = null) =>
        images.Find(nameOrId, platform) ?? throw (platform is { } wanted && images.Find(nameOrId) is { } other ? OtherPlatform(nameOrId, other, wanted) : images.NoSuchImage(nameOrId));

    public Image? Find(string nameOrId, Platform? platform = null) => images.Find(nameOrId, platform);

    /// <summary>The manifests an image consists of, one a platform, and their attestations.</summary>
    public IReadOnlyList<ImageManifest> Manifests(Image image) => images.ManifestsOf(image.Target);

    /// <summary>An image's configuration, as its digest covers it.</summary>
    public byte[] ReadConfig(Image image) => images.Content.ReadAll(image.ConfigBlob.Digest);

    /// <summary>Newest first. Filters: before, dangling, label, reference (which also leaves out an image's other names), since, until.</summary>
    public IReadOnlyList<Image> List(ImageListQuery query)
    {
        var filters = query.Filters;
        filters.Allow("before", "dangling", "label", "reference", "since", "until");
        var dangling = filters.Flag("dangling");
        var before = filters["before"] is [var earlier, ..] ? images.Get(earlier).Config.Created : null;
        var since = filters["since"] is [var later, ..] ? images.Get(later).Config.Created : null;
        return
        [
            .. images.List()
                .Where(image => dangling is null || dangling == (image.References.Count == 0))
                .Where(image => before is null || image.Config.Created < before)
                .Where(image => since is null || image.Config.Created > since)
                .Where(image => PruneRules.Matches(filters, image.Config.Config.Labels, image.Config.Created ?? DateTimeOffset.UnixEpoch, time.GetUtcNow()))
                .Select(image => filters.Has("reference") ? image with { References = [.. image.References.Where(reference => filters.Match("reference", pattern => ReferencePattern.Matches(pattern, reference)))] } : image)
                .Where(image => !filters.Has("reference") || image.References.Count > 0)
                .OrderByDescending(image => image.Config.Created),
        ];
    }

    /// <summary>Containers made from the image.</summary>
    public int ContainerCount(Digest id) => containers.All.Count(entry => entry.Container.ImageId == id);

    public void Tag(string source, ImageReference reference)
    {
        var image = images.Get(source);
        if (reference.Digest is not null)
        {
            throw GantryException.Invalid("refusing to create a tag with a digest reference");
        }

        if (reference.FamiliarName == "sha256")
        {
            throw GantryException.Invalid("refusing to create an ambiguous tag using digest algorithm as name");
        }

        images.Tag(image.Id, reference.WithDefaultTag());
        events.Publish(image, "tag", reference.WithDefaultTag().Familiar);
    }

    /// <summary>Docker's <c>rmi</c>: untags, and deletes with the last name.</summary>
    public RemovedImage Remove(string nameOrId, bool force, bool noPrune)
    {
        var image = images.Get(nameOrId);
        var removed = images.Remove(nameOrId, force, !noPrune, id => UsedBy(id));
        PublishRemoved(image, removed);
        if (removed.Deleted.Count > 0)
        {
            Collect();
        }

        return removed;
    }

    /// <summary>Removes dangling images, or all unused ones with the filter <c>dangling=false</c>.</summary>
    public Task<(IReadOnlyList<RemovedImage> Removed, long SpaceReclaimed)> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        PruneRules.Check(filters, "dangling", "label", "label!", "until");
        var onlyDangling = filters.Flag("dangling") ?? true;
        List<RemovedImage> removed = [];
        foreach (var image in images.List().Where(image => !onlyDangling || image.References.Count == 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (UsedBy(image.Id) is null && PruneRules.Matches(filters, image.Config.Config.Labels, image.Config.Created ?? DateTimeOffset.UnixEpoch, time.GetUtcNow()))
            {
                var gone = images.Remove(image.Id.ToString(), force: true, prune: true, _ => null);
                removed.Add(gone);
                PublishRemoved(image, gone);
            }
        }

        var reclaimed = removed.Count > 0 ? Collect() : 0;
        events.PublishPrune("image", reclaimed);
        return Task.FromResult<(IReadOnlyList<RemovedImage>, long)>((removed, reclaimed));
    }

    public async Task<IReadOnlyList<(Image Image, IReadOnlyList<ImageReference> References)>> LoadAsync(Stream tar, Platform? platform, CancellationToken cancellationToken)
    {
        using var lease = images.Lease();
        var loaded = await archive.LoadAsync(tar, platform, cancellationToken);
        foreach (var (image, _) in loaded)
        {
            events.Publish(image, "load");
        }

        return loaded;
    }

    /// <param name="platform">Null for all that are here.</param>
    /// <exception cref="GantryException">NotFound, before anything is written.</exception>
    public async Task SaveAsync(IReadOnlyList<string> names, Platform? platform, Stream output, CancellationToken cancellationToken)
    {
        using var lease = images.Lease();
        var saved = names.SelectMany(images.NamesOf).Select(name => Saved(name.NameOrId, platform)).DistinctBy(image => image.Id).ToArray();
        await archive.SaveAsync(names, platform, output, cancellationToken);
        foreach (var image in saved)
        {
            events.Publish(image, "save");
        }
    }

    // Docker's words here are the name without the tag that was looked for.
    private Image Saved(string name, Platform? platform) => images.Find(name) is null && ImageReference.TryParse(name, null, out var reference)
        ? throw GantryException.NotFound($"No such image: {reference.Familiar}") : Get(name, platform);

    /// <summary><c>docker import</c>: a root filesystem becomes a one-layer image.</summary>
    public async Task<Image> ImportAsync(Stream tar, ImageReference? reference, string message, IReadOnlyList<string> changes, Platform? platform, CancellationToken cancellationToken)
    {
        var target = platform ?? Platform.Host;
        if (target.Os != Platform.Host.Os)
        {
            throw GantryException.Invalid("operating system is not supported");
        }

        var template = new ImageConfig { Architecture = target.Architecture, Os = target.Os, Variant = target.Variant, Created = time.GetUtcNow(), Config = ImageChanges.Apply(new ProcessDefaults(), changes) };
        using var lease = images.Lease();
        var image = await archive.ImportAsync(tar, template, message, cancellationToken);
        if (reference is not null)
        {
            images.Tag(image.Id, reference.WithDefaultTag());
            events.Publish(image, "tag", reference.WithDefaultTag().Familiar);
        }

        events.Publish(image, "import");
        return image;
    }

    /// <summary>Bytes of each layer's files, lowest first; of the blob where a layer is not unpacked.</summary>
    public IReadOnlyList<long> LayerSizes(Image image) =>
        [.. image.Layers.Select((layer, index) => images.Layers.FindSize(LayerStore.ChainId([.. image.DiffIds.Take(index + 1)])) ?? layer.Blob.Size)];

    /// <summary>Bytes of each image's layers that another image has, too.</summary>
    public IReadOnlyDictionary<Digest, long> SharedSizes()
    {
        var chains = images.List().ToDictionary(image => image.Id, image => image.Layers.Select((_, index) => LayerStore.ChainId([.. image.DiffIds.Take(index + 1)])).ToArray());
        var users = chains.Values.SelectMany(chain => chain.Distinct()).CountBy(chain => chain).ToDictionary();
        return chains.ToDictionary(pair => pair.Key, pair => pair.Value.Where(chain => users[chain] > 1).Sum(images.Layers.SizeOf));
    }

    /// <summary>When it got the newest of its names; null when it has none.</summary>
    public DateTimeOffset? LastTagged(Image image) => images.LastTagged(image.Id);

    /// <summary>Bytes of all unpacked layers of all images.</summary>
    public long TotalSize() => images.List().SelectMany(image => image.Layers.Select((_, index) => LayerStore.ChainId([.. image.DiffIds.Take(index + 1)]))).Distinct().Sum(images.Layers.SizeOf);

    private GantryException OtherPlatform(string name, Image image, Platform wanted) => images.PlatformsOf(image.Target) is [var only]
        ? GantryException.NotFound($"image with reference {name} was found but its platform ({only.Platform}) does not match the specified platform ({wanted})")
        : GantryException.NotFound($"image with reference {name} was found but does not provide the specified platform ({wanted})");

    // Docker names the image by its ID, also where it was its name that went.
    private void PublishRemoved(Image image, RemovedImage removed)
    {
        foreach (var _ in removed.Untagged)
        {
            events.Publish(image, "untag");
        }

        foreach (var digest in removed.Deleted)
        {
            events.Publish("image", "delete", digest.ToString(), ("name", digest.ToString()));
        }
    }

    private long Collect() => images.CollectGarbage(snapshots.All(), cachedLayers());

    // Those made from it first: they are more in the way.
    private ImageUser? UsedBy(Digest id) => containers.All
        .Where(entry => entry.Container.ImageId == id || Mounts(entry.Container, id))
        .Select(entry => (ImageUser?)new ImageUser(entry.Id.Short, entry.Container.IsRunning, entry.Container.ImageId != id))
        .OrderBy(user => user!.Value.OnlyMounts)
        .ThenByDescending(user => user!.Value.IsRunning)
        .FirstOrDefault();

    private static bool Mounts(Container container, Digest id) => container.Mounts.Any(mount => mount.ImageId == id);
}

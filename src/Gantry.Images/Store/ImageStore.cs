using Gantry.Core;
using Gantry.State;

namespace Gantry.Images;

/// <summary>
/// Images by name and ID, over the content store; names persist in the database. Thread-safe; readers see whole states.
/// </summary>
public sealed partial class ImageStore
{
    private readonly Database database;
    private readonly DocumentTable<ImageDocument> images;
    private readonly DocumentTable<NameDocument> names;
    private readonly ImageResolver resolver;
    private readonly GarbageCollector collector;
    private readonly Lock changing = new();
    private volatile ImageCatalog catalog;

    public ImageStore(Database database, ContentStore content, LayerStore layers)
    {
        this.database = database;
        Content = content;
        Layers = layers;
        images = database.Table("images", StateJsonContext.Default.ImageDocument);
        names = database.Table("image_names", StateJsonContext.Default.NameDocument);
        resolver = new ImageResolver(content, layers);
        collector = new GarbageCollector(content, layers, resolver);
        catalog = Load();
    }

    public ContentStore Content { get; }

    public LayerStore Layers { get; }

    /// <summary>
    /// By reference (default tag latest), by ID or unique ID prefix with or without "sha256:", or by config digest. Null when
    /// there is none. Platform null means the host's, else any present one.
    /// </summary>
    public Image? Find(string nameOrId, Platform? platform = null) =>
        FindEntry(nameOrId)?.Entry is { } entry ? ToImage(entry, platform) : null;

    /// <exception cref="GantryException">NotFound, "No such image: NAME".</exception>
    public Image Get(string nameOrId, Platform? platform = null) => Find(nameOrId, platform) ?? throw NoSuchImage(nameOrId);

    /// <summary>All images that have a name, plus unnamed ones that were built, loaded or committed and not removed (dangling).</summary>
    public IReadOnlyList<Image> List() => [.. catalog.Entries.Values.Select(entry => ToImage(entry, null)).OfType<Image>()];

    /// <summary>
    /// Writes config and manifest (OCI media types) and registers the image without a name. Returns it. The same input gives
    /// the same ID.
    /// </summary>
    public Image Add(ImageConfig config, IReadOnlyList<ImageLayer> layers)
    {
        using var lease = Lease();
        foreach (var layer in layers)
        {
            Content.Leases.Touch(layer.Blob.Digest);
        }

        var document = (config with { DiffIds = [.. layers.Select(layer => layer.DiffId)] }).ToDocument();
        var configBytes = OciJson.Write(document, OciJson.Config);
        return AddTarget(ManifestWriter.Write(Content, configBytes, [.. layers.Select(layer => layer.Blob)]));
    }

    /// <summary>Registers a manifest or index already in the content store.</summary>
    /// <exception cref="GantryException">InvalidArgument: it is neither, or not complete for any platform.</exception>
    public Image AddTarget(Descriptor target)
    {
        resolver.Forget(target.Digest);
        resolver.Validate(target);
        lock (changing)
        {
            images.Put(target.Digest.ToString(), ImageDocument.Of(target));
            catalog = catalog.With(target);
            return ToImage(catalog.Entries[target.Digest], null)!;
        }
    }

    /// <summary>Points a name at an image; the name's previous image stays, dangling when that was its last name.</summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public void Tag(Digest id, ImageReference reference)
    {
        var name = reference.WithDefaultTag();
        lock (changing)
        {
            if (!catalog.Entries.ContainsKey(id))
            {
                throw NoSuchImage(id.ToString());
            }

            names.Put(name.ToString(), new NameDocument { Target = id.ToString(), Tagged = DateTimeOffset.UtcNow });
            catalog = catalog.WithName(name, id);
        }
    }

    /// <summary>When the image got the newest of the names that it has; null when it has none.</summary>
    public DateTimeOffset? LastTagged(Digest id) => catalog.Entries.TryGetValue(id, out var entry) ? entry.References.Select(name => names.Find(name.ToString())?.Tagged).Max() : null;

    /// <summary>
    /// Deletes blobs and unpacked layers that no image, no snapshot, no lease and no source given to
    /// <see cref="LayerStore.KeepAlive"/> needs; returns bytes freed.
    /// </summary>
    /// <param name="alsoKeep">Chain IDs, diff IDs or blobs.</param>
    public long CollectGarbage(IEnumerable<Snapshot> snapshots, IEnumerable<Digest> alsoKeep) => collector.Collect(
        () => catalog.Entries.Values.Select(entry => entry.Target),
        [.. snapshots.Where(s => s.DiffIds.Count > 0).Select(s => LayerStore.ChainId(s.DiffIds)), .. alsoKeep]);

    /// <summary>While undisposed, content written since is safe from <see cref="CollectGarbage"/>.</summary>
    public IDisposable Lease() => Content.Leases.Begin();

    /// <summary>Everything an image consists of that is here, for all of its platforms: manifests, configs, layer blobs.</summary>
    internal IEnumerable<Descriptor> PartsOf(Descriptor target) => PartsNamedBy(target).Where(part => Content.Contains(part.Digest));

    /// <summary>Everything that a target's manifests name, itself first, whether it is here or not.</summary>
    public IEnumerable<Descriptor> PartsNamedBy(Descriptor target) => resolver.Reachable(target);

    /// <summary>The manifests a target consists of: itself, or what its index lists, here or not.</summary>
    public IReadOnlyList<ImageManifest> ManifestsOf(Descriptor target) => resolver.ManifestsBelow(target);

    /// <summary>The images of all platforms of a target whose config is here.</summary>
    public IReadOnlyList<Image> PlatformsOf(Descriptor target) => resolver.All(target);

    /// <summary>
    /// What a name means to a save: each tag of a repository written bare, by which the image is named in the archive; else the
    /// one image, which has no name there when it was found by its ID or a digest.
    /// </summary>
    public IReadOnlyList<(string NameOrId, ImageReference? Reference)> NamesOf(string nameOrId)
    {
        var current = catalog;
        var written = ImageReference.TryParse(nameOrId, null, out var reference) ? reference : null;
        if (written is { Tag: null, Digest: null } && current.TagsOf(written) is { Count: > 0 } tags)
        {
            return [.. tags.Select(name => (name.ToString(), (ImageReference?)name))];
        }

        return [(nameOrId, written is { Digest: null } && current.FindByName(written) is not null ? written.WithDefaultTag() : null)];
    }

    /// <summary>Every platform's image of a target that is not registered yet, or not known to be complete.</summary>
    /// <exception cref="GantryException">InvalidArgument: there is none.</exception>
    internal IReadOnlyList<Image> Peek(Descriptor target)
    {
        resolver.Validate(target);
        return resolver.All(target);
    }

    /// <summary>Docker's words: the name with the tag that was looked for; a name that can be none is the request's fault.</summary>
    public GantryException NoSuchImage(string name) =>
        Digest.TryParse(name, null, out _) || IsId(name) ? GantryException.NotFound($"No such image: {name}")
        : ImageReference.TryParse(name, null, out var reference) ? GantryException.NotFound($"No such image: {reference.WithDefaultTag().Familiar}")
        : Refused(name);

    private static bool IsId(string name) => name.Length is >= 12 and <= 64 && name.All(char.IsAsciiHexDigitLower);

    private static GantryException Refused(string name)
    {
        try
        {
            return GantryException.NotFound($"No such image: {ImageReference.Parse(name)}");
        }
        catch (FormatException error)
        {
            return GantryException.Invalid(error.Message);
        }
    }

    private Image? ToImage(CatalogEntry entry, Platform? platform) =>
        resolver.Find(entry.Target, platform) is { } image ? image with { References = entry.References } : null;

    // Docker's order: a name first, then an ID or the beginning of one.
    private (CatalogEntry Entry, ImageReference? Name)? FindEntry(string nameOrId)
    {
        var current = catalog;
        if (ImageReference.TryParse(nameOrId, null, out var reference) && current.FindByName(reference) is { } named)
        {
            return (named, reference.WithDefaultTag());
        }

        return ImageIds.PrefixOf(nameOrId) is { } prefix && FindById(current, prefix) is { } entry ? (entry, null) : null;
    }

    private CatalogEntry? FindById(ImageCatalog current, string prefix)
    {
        if (prefix.Length == 64 && current.Entries.TryGetValue(Digest.Parse("sha256:" + prefix), out var exact))
        {
            return exact;
        }

        return Only(current.Entries.Values.Where(entry => entry.Target.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal)))
            ?? Only(current.Entries.Values.Where(entry => resolver.Find(entry.Target, null)?.ConfigBlob.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal) is true));

        static CatalogEntry? Only(IEnumerable<CatalogEntry> found) => found.Take(2).ToArray() is [var one] ? one : null;
    }

    private ImageCatalog Load()
    {
        var loaded = ImageCatalog.Empty;
        foreach (var (key, document) in images.All())
        {
            loaded = Digest.TryParse(key, null, out var digest) ? loaded.With(document.ToTarget(digest)) : loaded;
        }

        foreach (var (key, document) in names.All())
        {
            if (ImageReference.TryParse(key, null, out var reference) && Digest.TryParse(document.Target, null, out var target) && loaded.Entries.ContainsKey(target))
            {
                loaded = loaded.WithName(reference, target);
            }
        }

        return loaded;
    }
}

// The face of Gantry.Images that Engine and Build are written against. Its owner splits this file by topic.
#pragma warning disable
using System.Text.Json.Serialization;
using Gantry.Core;
using Gantry.State;

namespace Gantry.Images;

/// <summary>OCI content descriptor.</summary>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    public Platform? Platform { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>OCI image config (image-spec config.md) with Docker's additions (OnBuild, Healthcheck, Shell).</summary>
public sealed record ImageConfig
{
    public DateTimeOffset? Created { get; init; }
    public string? Author { get; init; }
    public string Architecture { get; init; } = Platform.Host.Architecture;
    public string? Variant { get; init; }
    public string Os { get; init; } = "linux";
    public ProcessDefaults Config { get; init; } = new();
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];      // rootfs.diff_ids
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];
}

/// <summary>The <c>config</c> object of an image: how its containers run by default.</summary>
public sealed record ProcessDefaults
{
    public string? User { get; init; }
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];  // "80/tcp"
    public IReadOnlyList<string> Env { get; init; } = [];
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public IReadOnlyList<string> Volumes { get; init; } = [];
    public string? WorkingDir { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public string? StopSignal { get; init; }
    public Healthcheck? Healthcheck { get; init; }
    public IReadOnlyList<string> OnBuild { get; init; } = [];
    public IReadOnlyList<string>? Shell { get; init; }
    public bool ArgsEscaped { get; init; }
}

/// <summary>Docker's healthcheck: Test is ["NONE"], ["CMD", ...] or ["CMD-SHELL", "..."]; zero durations mean "the default" (30 s, 30 s, 0 s, 5 s, 3 retries).</summary>
public sealed record Healthcheck
{
    public IReadOnlyList<string> Test { get; init; } = [];
    public TimeSpan Interval { get; init; }
    public TimeSpan Timeout { get; init; }
    public TimeSpan StartPeriod { get; init; }
    public TimeSpan StartInterval { get; init; }
    public int Retries { get; init; }
}

public sealed record HistoryEntry(DateTimeOffset? Created, string? CreatedBy, string? Comment, bool EmptyLayer)
{
    public string? Author { get; init; }
}

/// <summary>One layer of an image: the blob that travels and the identity of its uncompressed content.</summary>
public sealed record ImageLayer(Descriptor Blob, Digest DiffId);

/// <summary>An image resolved for one platform: an immutable view.</summary>
public sealed record Image
{
    /// <summary>The image's ID as Docker's containerd image store gives it: the digest of the target (an index or a manifest).</summary>
    public required Digest Id { get; init; }
    public required Descriptor Target { get; init; }
    public required Descriptor Manifest { get; init; }
    public required Descriptor ConfigBlob { get; init; }
    public required ImageConfig Config { get; init; }
    public required IReadOnlyList<ImageLayer> Layers { get; init; }
    /// <summary>Names that point at <see cref="Target"/>, tags first, ordered.</summary>
    public IReadOnlyList<ImageReference> References { get; init; } = [];
    /// <summary>Bytes of the unpacked layers.</summary>
    public long Size { get; init; }
    public IReadOnlyList<Digest> DiffIds => Config.DiffIds;
}

/// <summary>Blobs by digest under a folder (blobs/sha256/HEX): immutable, verified on the way in, written to a temporary name, synced, renamed.</summary>
public sealed class ContentStore
{
    public ContentStore(string directory) => throw new NotImplementedException();
    public bool Contains(Digest digest) => throw new NotImplementedException();
    public long SizeOf(Digest digest) => throw new NotImplementedException();
    /// <exception cref="GantryException">NotFound.</exception>
    public Stream OpenRead(Digest digest) => throw new NotImplementedException();
    public byte[] ReadAll(Digest digest) => throw new NotImplementedException();
    public Digest Write(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
    /// <summary>Copies a stream in; throws InvalidArgument when it is not <paramref name="expected"/>, and keeps nothing then.</summary>
    public Task<(Digest Digest, long Size)> WriteAsync(Stream source, Digest? expected, CancellationToken cancellationToken) => throw new NotImplementedException();
    public IEnumerable<Digest> All() => throw new NotImplementedException();
    public void Delete(Digest digest) => throw new NotImplementedException();
}

/// <summary>Layers unpacked once into overlay lower directories keyed by chain ID.</summary>
public sealed class LayerStore
{
    public LayerStore(string directory, ContentStore content) => throw new NotImplementedException();
    /// <summary>Unpacks what is missing of a chain (base first); concurrent calls for one layer share the work. Progress: (layer, bytes done, bytes total).</summary>
    public Task EnsureAsync(IReadOnlyList<ImageLayer> layers, IProgress<(ImageLayer Layer, long Done, long Total)>? progress, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Lower directories for overlayfs, topmost first.</summary>
    public IReadOnlyList<string> LowerDirectories(IReadOnlyList<Digest> diffIds) => throw new NotImplementedException();
    public static Digest ChainId(IReadOnlyList<Digest> diffIds) => throw new NotImplementedException();
    /// <summary>Bytes on disk of one unpacked layer.</summary>
    public long SizeOf(Digest chainId) => throw new NotImplementedException();
}

/// <summary>A writable overlay over a chain of layers: upper, work and merged directories under the store's folder.</summary>
public sealed record Snapshot(string Id, IReadOnlyList<Digest> DiffIds, string UpperDirectory, string MergedDirectory);

public enum ChangeKind { Modified = 0, Added = 1, Deleted = 2 }

public sealed record FileChange(string Path, ChangeKind Kind);

/// <summary>Writable snapshots: containers' and build steps' root filesystems.</summary>
public sealed class SnapshotStore
{
    public SnapshotStore(string directory, LayerStore layers) => throw new NotImplementedException();
    /// <summary>Creates (not mounts) a snapshot over layers that are already unpacked. IDs are unique; persisted on disk so that <see cref="Find"/> works after a restart.</summary>
    public Snapshot Create(string id, IReadOnlyList<Digest> diffIds) => throw new NotImplementedException();
    public Snapshot? Find(string id) => throw new NotImplementedException();
    /// <summary>Mounts the overlay on MergedDirectory with fsopen and lowerdir+ (121 layers mount). Idempotent. With no layers the upper directory is bind-mounted.</summary>
    public void Mount(Snapshot snapshot) => throw new NotImplementedException();
    /// <summary>Idempotent; lazily (MNT_DETACH) when busy.</summary>
    public void Unmount(Snapshot snapshot) => throw new NotImplementedException();
    /// <summary>Unmounts and deletes; missing is success.</summary>
    public void Remove(string id) => throw new NotImplementedException();
    public IEnumerable<Snapshot> All() => throw new NotImplementedException();
    /// <summary>Bytes in the upper directory.</summary>
    public long SizeOf(Snapshot snapshot) => throw new NotImplementedException();
    /// <summary>What <c>docker diff</c> shows, ordered by path.</summary>
    public IReadOnlyList<FileChange> Changes(Snapshot snapshot) => throw new NotImplementedException();
    /// <summary>
    /// Turns the upper directory into a layer: an OCI tar (whiteouts and opaque markers converted, sorted, gzip) in the content store and an
    /// unpacked layer in the layer store. Null when nothing changed. The snapshot stays usable and is not changed.
    /// With <paramref name="consume"/> the upper directory is moved instead of copied and the snapshot is removed.
    /// <paramref name="timestamp"/>, when given, caps every mtime (SOURCE_DATE_EPOCH).
    /// </summary>
    public Task<ImageLayer?> CommitAsync(Snapshot snapshot, bool consume, DateTimeOffset? timestamp, CancellationToken cancellationToken) => throw new NotImplementedException();
}

public sealed record RemovedImage(IReadOnlyList<ImageReference> Untagged, IReadOnlyList<Digest> Deleted);

/// <summary>Images by name and ID, over the content store; names persist in the database. Thread-safe; readers see whole states.</summary>
public sealed class ImageStore
{
    public ImageStore(Database database, ContentStore content, LayerStore layers) => throw new NotImplementedException();
    public ContentStore Content => throw new NotImplementedException();
    public LayerStore Layers => throw new NotImplementedException();
    /// <summary>By reference (default tag latest), by ID or unique ID prefix with or without "sha256:", or by config digest. Null when there is none; Conflict-free. Platform null means the host's, else any present one.</summary>
    public Image? Find(string nameOrId, Platform? platform = null) => throw new NotImplementedException();
    /// <exception cref="GantryException">NotFound, "No such image: NAME".</exception>
    public Image Get(string nameOrId, Platform? platform = null) => throw new NotImplementedException();
    /// <summary>All images that have a name, plus unnamed ones that were built, loaded or committed and not removed (dangling).</summary>
    public IReadOnlyList<Image> List() => throw new NotImplementedException();
    /// <summary>Writes config and manifest (OCI media types) and registers the image without a name. Returns it. The same input gives the same ID.</summary>
    public Image Add(ImageConfig config, IReadOnlyList<ImageLayer> layers) => throw new NotImplementedException();
    /// <summary>Registers a manifest or index already in the content store.</summary>
    public Image AddTarget(Descriptor target) => throw new NotImplementedException();
    /// <summary>Points a name at an image; the name's previous image stays, dangling when that was its last name.</summary>
    public void Tag(Digest id, ImageReference reference) => throw new NotImplementedException();
    /// <summary>
    /// Docker's rmi: a name is untagged and the image deleted with its last name; an ID with several repositories is refused without force
    /// ("conflict: unable to delete SHORT (must be forced) - image is referenced in multiple repositories"). <paramref name="usedBy"/> answers which container uses
    /// an image: (container id short, running), or null; messages as Docker's. Unreferenced blobs, layers are collected.
    /// </summary>
    public RemovedImage Remove(string nameOrId, bool force, bool prune, Func<Digest, (string Container, bool Running)?> usedBy) => throw new NotImplementedException();
    /// <summary>Deletes blobs and unpacked layers that no image, no snapshot and no lease needs; returns bytes freed.</summary>
    public long CollectGarbage(IEnumerable<Snapshot> snapshots, IEnumerable<Digest> alsoKeep) => throw new NotImplementedException();
    /// <summary>While undisposed, content written since is safe from <see cref="CollectGarbage"/>.</summary>
    public IDisposable Lease() => throw new NotImplementedException();
}

/// <summary>docker-archive and OCI-layout reading and writing.</summary>
public sealed class ImageArchive
{
    public ImageArchive(ImageStore images) => throw new NotImplementedException();
    /// <summary>Reads either format, plain, gzip or zstd. Returns what was loaded: the image and the names it got. A bad archive throws InvalidArgument and registers nothing.</summary>
    public Task<IReadOnlyList<(Image Image, IReadOnlyList<ImageReference> References)>> LoadAsync(Stream archive, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Writes a tar that is both an OCI layout (index.json) and a docker-archive (manifest.json), as Docker 25+ does.</summary>
    public Task SaveAsync(IReadOnlyList<string> namesOrIds, Stream output, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>docker import: one layer from a root filesystem tar (plain, gzip, zstd).</summary>
    public Task<Image> ImportAsync(Stream tar, ImageConfig template, string comment, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>A tar of a mounted root filesystem or subtree (docker export, docker cp out). Never leaves <paramref name="root"/>.</summary>
    public static Task ExportAsync(string root, string path, Stream output, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>Tar extraction that cannot be led outside its tree: every step is an openat2 beneath or in the root.</summary>
public static class TarExtractor
{
    /// <summary>Unpacks a tar (plain, gzip, zstd; detected) below <paramref name="path"/> inside <paramref name="root"/>. Owner and mode kept unless overridden.</summary>
    public static Task ExtractAsync(Stream tar, string root, string path, TarExtractOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();
}

public sealed record TarExtractOptions
{
    public (int Uid, int Gid)? Owner { get; init; }
    /// <summary>Whiteout files become overlay whiteouts (layer unpacking) instead of plain files.</summary>
    public bool ConvertWhiteouts { get; init; }
    /// <summary>Refuse to replace a directory by a non-directory and the reverse (docker cp).</summary>
    public bool NoOverwriteDirNonDir { get; init; }
}

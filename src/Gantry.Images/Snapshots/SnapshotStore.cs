using System.Collections.Concurrent;
using Gantry.Core;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Images;

/// <summary>Writable snapshots: containers' and build steps' root filesystems.</summary>
public sealed class SnapshotStore
{
    private const string BaseLink = "base", RemovedPrefix = ".removed-";

    private readonly string directory;
    private readonly LayerStore layers;
    private readonly ConcurrentDictionary<string, Snapshot> known = new();

    public SnapshotStore(string directory, LayerStore layers)
    {
        this.directory = Path.GetFullPath(directory);
        this.layers = layers;
        Directory.CreateDirectory(this.directory);
        foreach (var path in Directory.EnumerateDirectories(this.directory))
        {
            if (Path.GetFileName(path).StartsWith('.') || IsHalfMade(path))
            {
                Linux.Mounts.Mount.Unmount(Path.Combine(path, "merged"));
                FileSystem.RemoveTree(path);
            }
            else
            {
                Find(Path.GetFileName(path));
            }
        }

        layers.KeepAlive(() => known.Values.Where(s => s.DiffIds.Count > 0).Select(s => LayerStore.ChainId(s.DiffIds)));
    }

    /// <summary>
    /// Creates (not mounts) a snapshot over layers that are already unpacked. IDs are unique; persisted on disk so that
    /// <see cref="Find"/> works after a restart.
    /// </summary>
    /// <exception cref="GantryException">Conflict: the ID is taken. NotFound: a layer is not unpacked.</exception>
    public Snapshot Create(string id, IReadOnlyList<Digest> diffIds)
    {
        var snapshot = Describe(id, diffIds);
        Digest? chainId = diffIds.Count == 0 ? null : LayerStore.ChainId(diffIds);

        // From here on the collector keeps the layers; what is there now stays.
        if (!known.TryAdd(id, snapshot))
        {
            throw GantryException.Conflict($"snapshot {id} exists already");
        }

        try
        {
            lock (layers.Content.Leases.Gate)
            {
                _ = chainId is { } present ? layers.Get(present) : null;
            }

            MakeDirectories(snapshot, chainId);
            return snapshot;
        }
        catch
        {
            known.TryRemove(id, out _);
            throw;
        }
    }

    public Snapshot? Find(string id)
    {
        if (known.TryGetValue(id, out var snapshot))
        {
            return snapshot;
        }

        if (!IsValid(id) || !Directory.Exists(Path.Combine(directory, id)))
        {
            return null;
        }

        var target = new FileInfo(Path.Combine(directory, id, BaseLink)).LinkTarget;
        var diffIds = Digest.TryParse(target, null, out var chainId) ? layers.DiffIdsOf(chainId) : target == "scratch" ? [] : null;
        return diffIds is null ? null : known.GetOrAdd(id, Describe(id, diffIds));
    }

    /// <summary>
    /// Mounts the overlay on MergedDirectory with fsopen and lowerdir+ (121 layers mount). Idempotent. With no layers the
    /// upper directory is bind-mounted. Not <paramref name="durable"/>: for build steps and others whose files need not
    /// outlive a power failure; saves the sync of the whole disk that unmounting an overlay is. The entries of
    /// <paramref name="bottom"/>, a folder below all layers, show where no layer has them and belong to none.
    /// </summary>
    public void Mount(Snapshot snapshot, bool durable = true, string? bottom = null)
    {
        if (Linux.Mounts.Mount.IsMountPoint(snapshot.MergedDirectory))
        {
            return;
        }

        string[] lowers = [.. snapshot.DiffIds.Count == 0 ? [] : layers.LowerDirectories(snapshot.DiffIds), .. bottom is null ? Array.Empty<string>() : [bottom]];
        if (lowers.Length == 0)
        {
            Linux.Mounts.Mount.Bind(snapshot.UpperDirectory, snapshot.MergedDirectory);
            return;
        }

        // A volatile mount leaves a marker here that forbids the next mount (overlayfs.rst, "Volatile mount").
        var work = WorkDirectory(snapshot);
        FileSystem.RemoveTree(Path.Combine(work, "work", "incompat"));
        new OverlayMount
        {
            LowerDirectories = lowers,
            UpperDirectory = snapshot.UpperDirectory,
            WorkDirectory = work,
            Volatile = !durable,
        }.MountOn(snapshot.MergedDirectory);
    }

    /// <summary>Idempotent; lazily (MNT_DETACH) when busy.</summary>
    public void Unmount(Snapshot snapshot) => Linux.Mounts.Mount.Unmount(snapshot.MergedDirectory);

    /// <summary>Bytes in the upper directory.</summary>
    public long SizeOf(Snapshot snapshot) => TreeSize.Of(snapshot.UpperDirectory);

    /// <summary>Unmounts and deletes; missing is success.</summary>
    public void Remove(string id)
    {
        var path = Path.Combine(directory, id);
        if (!IsValid(id) || !Directory.Exists(path))
        {
            known.TryRemove(id, out _);
            return;
        }

        Linux.Mounts.Mount.Unmount(Path.Combine(path, "merged"));
        var removed = Path.Combine(directory, $"{RemovedPrefix}{id}");
        Directory.Move(path, removed);
        known.TryRemove(id, out _);
        FileSystem.RemoveTree(removed);
    }

    public IEnumerable<Snapshot> All() => known.Values;

    /// <summary>What <c>docker diff</c> shows, ordered by path.</summary>
    public IReadOnlyList<FileChange> Changes(Snapshot snapshot)
    {
        using var comparison = new SnapshotChanges(snapshot.UpperDirectory, layers.LowerDirectories(snapshot.DiffIds));
        return comparison.Find();
    }

    /// <summary>
    /// Turns the upper directory into a layer: an OCI tar (whiteouts and opaque markers converted, sorted, gzip) in the
    /// content store and an unpacked layer in the layer store. Null when nothing changed. The snapshot stays usable and is
    /// not changed. With <paramref name="consume"/> the upper directory is moved instead of copied and the snapshot is
    /// removed. <paramref name="timestamp"/>, when given, caps every mtime (SOURCE_DATE_EPOCH).
    /// </summary>
    public async Task<ImageLayer?> CommitAsync(Snapshot snapshot, bool consume, DateTimeOffset? timestamp, CancellationToken cancellationToken)
    {
        if (consume)
        {
            Unmount(snapshot);
        }

        var layer = await SnapshotCommit.RunAsync(layers, snapshot, consume, timestamp, cancellationToken).ConfigureAwait(false);
        if (consume)
        {
            Remove(snapshot.Id);
        }

        return layer;
    }

    // The base is the first thing that a snapshot gets, before anybody can use it.
    private static bool IsHalfMade(string path) => new FileInfo(Path.Combine(path, BaseLink)).LinkTarget is null;

    private static string WorkDirectory(Snapshot snapshot) => Path.Combine(Path.GetDirectoryName(snapshot.UpperDirectory)!, "work");

    // IDs become folder names.
    private static bool IsValid(string id) => id.Length is > 0 and < 200 && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private Snapshot Describe(string id, IReadOnlyList<Digest> diffIds)
    {
        if (!IsValid(id))
        {
            throw GantryException.Invalid($"invalid snapshot id: {id}");
        }

        var path = Path.Combine(directory, id);
        return new Snapshot(id, diffIds, Path.Combine(path, "fs"), Path.Combine(path, "merged"));
    }

    // The base is a link's target and not a file's content: the journal carries it with the folder, with no sync.
    private void MakeDirectories(Snapshot snapshot, Digest? chainId)
    {
        using var store = FileSystem.OpenDirectory(directory);
        var name = System.Text.Encoding.ASCII.GetBytes(snapshot.Id);
        if (!FileSystem.TryMakeDirectory(store, name, 0x1C0))
        {
            throw GantryException.Conflict($"snapshot {snapshot.Id} exists already");
        }

        using var home = FileSystem.Open(store, name, OpenFlags.ReadOnly | OpenFlags.Directory);
        FileSystem.TryMakeSymbolicLink(home, "base"u8, System.Text.Encoding.ASCII.GetBytes(chainId?.ToString() ?? "scratch"));
        FileSystem.TryMakeDirectory(home, "work"u8, 0x1C0);
        FileSystem.TryMakeDirectory(home, "merged"u8, 0x1C0);
        FileSystem.TryMakeDirectory(home, "fs"u8, 0x1ED);
        using var upper = FileSystem.Open(home, "fs"u8, OpenFlags.ReadOnly | OpenFlags.Directory);
        var root = chainId is { } top ? FileSystem.FindStatus(layers.FilesOf(top)) : null;

        // The merged root looks like the upper directory itself.
        FileSystem.ChangeOwner(upper, root?.Uid ?? 0, root?.Gid ?? 0);
        // Docker: a container can always look into its root, also where an archive that became an image forbids it.
        FileSystem.ChangeMode(upper, (root?.Mode ?? 0) | 0x1ED);
        if (root is { } lower)
        {
            FileSystem.SetTime(upper, lower.Modified);
        }
    }
}

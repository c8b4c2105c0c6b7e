using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Layers unpacked once into overlay lower directories keyed by chain ID: HEX/fs beside HEX/layer.json.</summary>
public sealed class LayerStore
{
    private const string TemporaryPrefix = ".new-", RemovedPrefix = ".removed-";

    private readonly string directory;
    private readonly ConcurrentDictionary<Digest, LayerRecord> records = new();
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> unpacking = new();
    private readonly List<Func<IEnumerable<Digest>>> roots = [];

    public LayerStore(string directory, ContentStore content)
    {
        this.directory = directory;
        Content = content;
        Directory.CreateDirectory(directory);
        foreach (var leftover in Directory.EnumerateDirectories(directory, ".*"))
        {
            FileSystem.RemoveTree(leftover);
        }
    }

    internal ContentStore Content { get; }

    /// <summary>
    /// Unpacks what is missing of a chain (base first); concurrent calls for one layer share the work. Progress: (layer,
    /// bytes done, bytes total) of the blob.
    /// </summary>
    /// <exception cref="GantryException">InvalidArgument: a layer is broken, or not what its diff ID says.</exception>
    public async Task EnsureAsync(
        IReadOnlyList<ImageLayer> layers, IProgress<(ImageLayer Layer, long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        List<LayerRecord> parents = [];
        foreach (var layer in layers)
        {
            var chainId = parents.Count == 0 ? layer.DiffId : ChainId(parents[^1].ChainId, layer.DiffId);
            parents.Add(Find(chainId) ?? await UnpackOnceAsync(chainId, layer, parents, progress, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Lower directories for overlayfs, topmost first.</summary>
    public IReadOnlyList<string> LowerDirectories(IReadOnlyList<Digest> diffIds) =>
        [.. Chain(diffIds).Select(FilesOf).Reverse()];

    public static Digest ChainId(IReadOnlyList<Digest> diffIds) => Chain(diffIds).Last();

    /// <summary>Whether a layer is unpacked.</summary>
    public bool Contains(Digest chainId) => Find(chainId) is not null;

    /// <summary>Bytes on disk of one unpacked layer.</summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public long SizeOf(Digest chainId) => Get(chainId).Size;

    /// <summary>Null when the layer is not unpacked.</summary>
    public long? FindSize(Digest chainId) => Peek(chainId)?.Size;

    /// <summary>The layers of an unpacked chain with the blobs they came from, base first.</summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public IReadOnlyList<ImageLayer> LayersOf(IReadOnlyList<Digest> diffIds) => [.. Chain(diffIds).Select(id => Get(id).Layer)];

    /// <summary>
    /// From now on whatever <paramref name="source"/> lists (chain IDs, diff IDs or blobs) is kept by the garbage collector;
    /// it is asked at each collection, under the collector's lock.
    /// </summary>
    public void KeepAlive(Func<IEnumerable<Digest>> source)
    {
        lock (Content.Leases.Gate)
        {
            roots.Add(source);
        }
    }

    /// <summary>All that must be kept, by the sources' word. Under the lease table's gate.</summary>
    internal IEnumerable<Digest> Roots() => roots.SelectMany(source => source());

    internal static Digest ChainId(Digest? parent, Digest diffId) =>
        parent is null ? diffId : Digest.FromHash(SHA256.HashData(Encoding.ASCII.GetBytes($"{parent} {diffId}")));

    internal LayerRecord? Find(Digest chainId)
    {
        Content.Leases.Touch(chainId);
        return Peek(chainId);
    }

    /// <summary>Without telling the leases: for looking around.</summary>
    internal LayerRecord? Peek(Digest chainId)
    {
        if (records.TryGetValue(chainId, out var known))
        {
            return known;
        }

        var path = Path.Combine(PathOf(chainId), "layer.json");
        return File.Exists(path) && LayerDocument.Read(chainId, File.ReadAllBytes(path)) is { } read ? records.GetOrAdd(chainId, read) : null;
    }

    internal LayerRecord Get(Digest chainId) => Find(chainId) ?? throw GantryException.NotFound($"layer {chainId} is not unpacked");

    internal string FilesOf(Digest chainId) => Path.Combine(PathOf(chainId), "fs");

    /// <summary>The diff IDs of an unpacked chain, base first; null when part of it is gone.</summary>
    internal IReadOnlyList<Digest>? DiffIdsOf(Digest? chainId)
    {
        List<Digest> diffIds = [];
        while (chainId is { } id)
        {
            if (Find(id) is not { } record)
            {
                return null;
            }

            diffIds.Add(record.DiffId);
            chainId = record.Parent;
        }

        diffIds.Reverse();
        return diffIds;
    }

    /// <summary>Takes over a tree, by renaming it, as the files of a layer.</summary>
    internal void Adopt(LayerRecord record, string files)
    {
        var staging = NewDirectory();
        Directory.Move(files, Path.Combine(staging, "fs"));
        Install(record, staging);
    }

    internal IEnumerable<LayerRecord> All()
    {
        foreach (var path in Directory.EnumerateDirectories(directory))
        {
            if (Digest.TryParse("sha256:" + Path.GetFileName(path), null, out var chainId) && Peek(chainId) is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>Out of sight at once (under the gate); the returned path is for <see cref="FileSystem.RemoveTree(string)"/> later.</summary>
    internal string Detach(Digest chainId)
    {
        var removed = Path.Combine(directory, RemovedPrefix + Guid.NewGuid().ToString("N"));
        records.TryRemove(chainId, out _);
        Directory.Move(PathOf(chainId), removed);
        return removed;
    }

    /// <summary>Chain IDs from the base up (image-spec config.md, "Layer ChainID").</summary>
    internal static IEnumerable<Digest> Chain(IReadOnlyList<Digest> diffIds)
    {
        Digest? chainId = null;
        foreach (var diffId in diffIds)
        {
            yield return (chainId = ChainId(chainId, diffId)).Value;
        }
    }

    private async Task<LayerRecord> UnpackOnceAsync(
        Digest chainId, ImageLayer layer, IReadOnlyList<LayerRecord> parents,
        IProgress<(ImageLayer Layer, long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var turn = unpacking.GetOrAdd(chainId, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Find(chainId) ?? await UnpackAsync(chainId, layer, parents, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            unpacking.TryRemove(chainId, out _);
            turn.Release();
        }
    }

    private async Task<LayerRecord> UnpackAsync(
        Digest chainId, ImageLayer layer, IReadOnlyList<LayerRecord> parents,
        IProgress<(ImageLayer Layer, long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var staging = NewDirectory();
        var files = Path.Combine(staging, "fs");
        Directory.CreateDirectory(files, (UnixFileMode)0x1ED);
        try
        {
            var blob = Content.OpenRead(layer.Blob.Digest);
            await using var _ = blob.ConfigureAwait(false);
            using var counted = new CountingStream(blob, done => progress?.Report((layer, done, layer.Blob.Size)));
            var plain = await Compression.DecompressAsync(counted, cancellationToken).ConfigureAwait(false);
            await using var __ = plain.ConfigureAwait(false);
            using var hashing = new HashingReadStream(plain);
            var options = new TarExtractOptions { ConvertWhiteouts = true, ParentDirectories = [.. parents.Select(p => FilesOf(p.ChainId)).Reverse()] };
            var size = await TarExtractor.ExtractPlainAsync(hashing, files, "", options, cancellationToken).ConfigureAwait(false);
            if (hashing.Digest() != layer.DiffId)
            {
                throw GantryException.Invalid($"wrong diff id calculated on extraction {hashing.Digest()}, expected {layer.DiffId}");
            }

            var record = new LayerRecord(chainId, layer.DiffId, parents.Count == 0 ? null : parents[^1].ChainId, layer.Blob, size);
            Install(record, staging);
            return record;
        }
        catch
        {
            FileSystem.RemoveTree(staging);
            throw;
        }
    }

    private void Install(LayerRecord record, string staging)
    {
        File.WriteAllBytes(Path.Combine(staging, "layer.json"), LayerDocument.Write(record));
        lock (Content.Leases.Gate)
        {
            if (Find(record.ChainId) is null)
            {
                // A folder without a readable layer.json is the rest of an interrupted removal.
                FileSystem.RemoveTree(PathOf(record.ChainId));
                Directory.Move(staging, PathOf(record.ChainId));
                records[record.ChainId] = record;
                return;
            }
        }

        FileSystem.RemoveTree(staging);
    }

    private string NewDirectory() => Directory.CreateDirectory(Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"))).FullName;

    private string PathOf(Digest chainId) => Path.Combine(directory, chainId.Hex);
}

using System.IO.Compression;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>A snapshot's upper directory becomes a layer: one pass writes, compresses and hashes the tar twice.</summary>
internal static class SnapshotCommit
{
    public static async Task<ImageLayer?> RunAsync(
        LayerStore layers, Snapshot snapshot, bool consume, DateTimeOffset? timestamp, CancellationToken cancellationToken)
    {
        using var upper = FileSystem.OpenDirectory(snapshot.UpperDirectory);
        if (FileSystem.ReadDirectory(upper).Count == 0)
        {
            return null;
        }

        using var files = FileSystem.OpenDirectory(snapshot.UpperDirectory);
        var options = new TreeArchiveOptions
        {
            Overlay = true,
            LatestTime = timestamp is { } latest ? FileTime.From(latest) : null,
            ApplyLatestTime = consume,
        };
        var (layer, size) = await LayerBlob.WriteAsync(
            layers.Content,
            async writer =>
            {
                var archiver = new TreeArchiver(writer, options);
                await archiver.WriteChildrenAsync(files, [], cancellationToken).ConfigureAwait(false);
                return archiver.Bytes;
            },
            cancellationToken).ConfigureAwait(false);
        await InstallAsync(layers, snapshot, consume, layer, size, cancellationToken).ConfigureAwait(false);
        return layer;
    }

    private static async Task InstallAsync(
        LayerStore layers, Snapshot snapshot, bool consume, ImageLayer layer, long size, CancellationToken cancellationToken)
    {
        if (!consume)
        {
            await layers.EnsureAsync([.. layers.LayersOf(snapshot.DiffIds), layer], null, cancellationToken).ConfigureAwait(false);
            return;
        }

        Digest? parent = snapshot.DiffIds.Count == 0 ? null : LayerStore.ChainId(snapshot.DiffIds);
        layers.Adopt(new LayerRecord(LayerStore.ChainId(parent, layer.DiffId), layer.DiffId, parent, layer.Blob, size), snapshot.UpperDirectory);
    }
}

/// <summary>Writes a layer's tar as a gzip blob.</summary>
internal static class LayerBlob
{
    /// <param name="write">Writes the members; returns the bytes of the layer's files.</param>
    public static async Task<(ImageLayer Layer, long Size)> WriteAsync(
        ContentStore content, Func<TarWriter, Task<long>> write, CancellationToken cancellationToken)
    {
        long size = 0;
        var layer = await WritePlainAsync(
            content,
            async plain =>
            {
                var writer = new TarWriter(plain);
                size = await write(writer).ConfigureAwait(false);
                await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return (layer, size);
    }

    /// <param name="write">Writes the whole uncompressed tar.</param>
    public static async Task<ImageLayer> WritePlainAsync(ContentStore content, Func<Stream, Task> write)
    {
        using var blob = content.BeginWrite();
        Digest diffId;
        var gzip = new GZipStream(blob.Stream, CompressionLevel.Fastest, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            using var plain = new HashingWriteStream(gzip);
            await write(plain).ConfigureAwait(false);
            diffId = plain.Digest();
        }

        var (digest, length) = blob.Commit(null);
        return new ImageLayer(new Descriptor(MediaTypes.OciLayerGzip, digest, length), diffId);
    }
}

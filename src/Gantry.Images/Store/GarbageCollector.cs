using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// Deletes blobs and unpacked layers that nothing needs. Marks and takes out of sight under the leases' gate, deletes files
/// after it.
/// </summary>
internal sealed class GarbageCollector(ContentStore content, LayerStore layers, ImageResolver resolver)
{
    /// <param name="targets">The registered images.</param>
    /// <param name="keep">Chain IDs, diff IDs and blobs that are needed otherwise.</param>
    /// <param name="only">Touch nothing but these blobs and chain IDs; null for everything.</param>
    /// <returns>Bytes freed.</returns>
    public long Collect(Func<IEnumerable<Descriptor>> targets, IEnumerable<Digest> keep, IReadOnlySet<Digest>? only = null)
    {
        var extra = keep.ToHashSet();
        List<string> detached = [];
        var freed = 0L;
        lock (content.Leases.Gate)
        {
            var (blobs, chains) = Mark(targets(), extra);
            foreach (var record in layers.All().Where(record => !chains.Contains(record.ChainId) && (only?.Contains(record.ChainId) ?? true)).ToArray())
            {
                freed += record.Size;
                detached.Add(layers.Detach(record.ChainId));
            }

            foreach (var digest in content.All().Where(digest => !blobs.Contains(digest) && (only?.Contains(digest) ?? true)).ToArray())
            {
                freed += content.SizeOf(digest);
                content.Delete(digest);
                resolver.ForgetContent(digest);
            }
        }

        detached.ForEach(FileSystem.RemoveTree);
        return freed;
    }

    private (HashSet<Digest> Blobs, HashSet<Digest> Chains) Mark(IEnumerable<Descriptor> targets, HashSet<Digest> keep)
    {
        HashSet<Digest> blobs = [], chains = [];
        keep.UnionWith(layers.Roots());
        keep.UnionWith(content.Leases.Held());
        foreach (var target in targets)
        {
            blobs.UnionWith(resolver.Reachable(target).Select(descriptor => descriptor.Digest));
            foreach (var diffIds in resolver.Chains(target))
            {
                chains.UnionWith(LayerStore.Chain(diffIds));
            }
        }

        blobs.UnionWith(keep);
        foreach (var record in layers.All())
        {
            if (keep.Contains(record.ChainId) || keep.Contains(record.DiffId) || keep.Contains(record.Blob.Digest))
            {
                chains.Add(record.ChainId);
            }
        }

        // A layer needs those below it, and the blob it can be saved or pushed from.
        foreach (var chainId in chains.ToArray())
        {
            for (var record = layers.Peek(chainId); record is not null; record = record.Parent is { } parent ? layers.Peek(parent) : null)
            {
                chains.Add(record.ChainId);
                blobs.Add(record.Blob.Digest);
            }
        }

        return (blobs, chains);
    }
}

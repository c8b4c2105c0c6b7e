using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Cache;

/// <summary>Shows what a builder's cache keeps, and lets go of parts of it.</summary>
internal sealed class CacheInventory(StepCache steps, CacheMounts mounts, ImageStore images, SnapshotStore snapshots, string directory)
{
    private const int IdLength = 25;

    /// <param name="runningSince">When the oldest build that runs began: what it has found or made is in use.</param>
    public IReadOnlyList<CacheRecord> Records(DateTimeOffset? runningSince)
    {
        var inImages = images.List().SelectMany(image => image.DiffIds).ToHashSet();
        var groups = steps.All().GroupBy(pair => pair.Value.Layer is { } layer ? Chain(pair.Value.Parents, layer.DiffId) : pair.Key).ToArray();
        var ids = groups.ToDictionary(group => group.Key, group => Id(group.First().Key));
        return [.. groups.Select(Record), .. mounts.List()];

        CacheRecord Record(IGrouping<string, KeyValuePair<string, StepRecord>> group)
        {
            var (newest, layer) = (group.MaxBy(pair => pair.Value.LastUsed).Value, group.First().Value.Layer);
            var parent = newest.Parents.Count > 0 ? ids.GetValueOrDefault(Chain([.. newest.Parents.SkipLast(1)], newest.Parents[^1])) : null;
            return new CacheRecord(
                ids[group.Key], "regular", newest.Description, parent is null ? [] : [parent], newest.LastUsed >= runningSince,
                layer is not null && inImages.Contains(Digest.Parse(layer.DiffId)), layer is null ? 0 : layer.Size + Unpacked(newest),
                group.Min(pair => pair.Value.Created), newest.LastUsed, group.Sum(pair => pair.Value.Uses))
            {
                Depth = newest.Parents.Count,
                Keys = [.. group.Select(pair => pair.Key)],
            };
        }
    }

    /// <summary>Removes what is picked. What goes with it on disk is what neither images nor the rest of the cache need.</summary>
    public CachePruned Prune(CachePrune prune, DateTimeOffset? runningSince, Func<IEnumerable<Digest>> kept)
    {
        var records = Records(runningSince);
        var total = records.Sum(record => record.Size);
        var target = prune.Target(total, new DriveInfo(directory).AvailableFreeSpace);
        List<CacheRecord> chosen = [];
        foreach (var record in records.Where(prune.Picks).OrderBy(record => record.LastUsed).ThenByDescending(record => record.Depth).TakeWhile(_ => total > target))
        {
            chosen.Add(record);
            total -= record.Size;
        }

        var freed = chosen.Where(record => record.Type == CacheMounts.RecordType).Sum(record => mounts.Remove(record.Keys[0]));
        steps.Forget(chosen.Where(record => record.Type != CacheMounts.RecordType).SelectMany(record => record.Keys).ToHashSet());
        return new CachePruned([.. chosen.Select(record => record.Id)], freed + images.CollectGarbage(snapshots.All(), kept()));
    }

    private static string Chain(IReadOnlyList<string> parents, string diffId) => string.Join(' ', parents.Append(diffId));

    internal static string Id(string key) => key[..Math.Min(IdLength, key.Length)];

    private long Unpacked(StepRecord record)
    {
        try
        {
            return images.Layers.SizeOf(LayerStore.ChainId([.. record.Parents.Select(parent => Digest.Parse(parent)), Digest.Parse(record.Layer!.DiffId)]));
        }
        catch (GantryException)
        {
            // Known as a blob only.
            return 0;
        }
    }
}

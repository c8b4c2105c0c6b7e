namespace Gantry.Build.Cache;

/// <summary>What of the build cache is to go: what all of the conditions pick, the longest unused first, until little enough is left.</summary>
public sealed record CachePrune
{
    /// <summary>What <see cref="Filters"/> may name.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["description", "id", "inuse", "parent", "private", "shared", "type"];

    /// <summary>Also what images share; without it only what nothing but the cache keeps.</summary>
    public bool All { get; init; }

    /// <summary>Only what was last used before; null takes all.</summary>
    public DateTimeOffset? UnusedSince { get; init; }

    /// <summary>
    /// <c>id</c> (a part of it), <c>parent</c>, <c>type</c>, <c>description</c> to a value that has to be met, and <c>inuse</c>, <c>shared</c>,
    /// <c>private</c> to anything; a type may be one of several with commas between them.
    /// </summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes that always stay; 0 for none.</summary>
    public long ReservedSpace { get; init; }

    /// <summary>Bytes that the cache may have; 0 for no limit of its own.</summary>
    public long MaxUsedSpace { get; init; }

    /// <summary>Bytes that are to be free on the disk, as far as the cache can give them; 0 for no wish.</summary>
    public long MinFreeSpace { get; init; }

    /// <summary>The size to come down to, in bytes.</summary>
    /// <param name="total">The cache's size.</param>
    /// <param name="free">What is free on its disk.</param>
    internal long Target(long total, long free)
    {
        if (this is { ReservedSpace: 0, MaxUsedSpace: 0, MinFreeSpace: 0 })
        {
            return -1;
        }

        // Without a limit, and with enough free space, all may stay but for what is reserved: BuildKit's keep-storage is that.
        var target = MaxUsedSpace > 0 ? MaxUsedSpace : MinFreeSpace > 0 ? total : ReservedSpace;
        return Math.Max(MinFreeSpace > free ? Math.Min(target, total - (MinFreeSpace - free)) : target, ReservedSpace);
    }

    internal bool Picks(CacheRecord record) =>
        !record.InUse && (All || !record.Shared) && !(record.LastUsed >= UnusedSince) && Filters.All(filter => filter.Key switch
        {
            "id" => record.Id.Contains(filter.Value, StringComparison.Ordinal),
            "parent" => record.Parents.Contains(filter.Value),
            "type" => filter.Value.Split(',').Contains(record.Type),
            "description" => record.Description == filter.Value,
            "inuse" => record.InUse,
            "shared" => record.Shared,
            "private" => !record.Shared,
            _ => false,
        });
}

/// <summary>Ids of what went, and the bytes that are free again.</summary>
public sealed record CachePruned(IReadOnlyList<string> Ids, long Freed);

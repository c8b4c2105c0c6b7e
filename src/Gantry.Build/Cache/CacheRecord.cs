namespace Gantry.Build.Cache;

/// <summary>One thing that the build cache keeps: a layer with the steps that made it, a step that changed no file, or a cache mount.</summary>
/// <param name="Type"><c>regular</c> or <c>exec.cachemount</c>, BuildKit's words.</param>
/// <param name="Parents">Ids of the records whose layers lie directly below.</param>
/// <param name="InUse">By a build that runs: it is not pruned.</param>
/// <param name="Shared">An image has the layer, too.</param>
/// <param name="Size">Bytes, as blob and unpacked.</param>
public sealed record CacheRecord(
    string Id, string Type, string Description, IReadOnlyList<string> Parents, bool InUse, bool Shared, long Size, DateTimeOffset Created, DateTimeOffset LastUsed, int Uses)
{
    /// <summary>Layers below it.</summary>
    internal int Depth { get; init; }

    /// <summary>Keys of its steps, or the name of its mount.</summary>
    internal IReadOnlyList<string> Keys { get; init; } = [];
}

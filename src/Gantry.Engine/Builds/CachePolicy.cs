using Gantry.Build.Cache;

namespace Gantry.Engine.Builds;

/// <summary>What of the build cache goes after each build.</summary>
/// <param name="Prune">Without a moment.</param>
/// <param name="UnusedFor">How long it has to be unused; zero takes all.</param>
public sealed record CachePolicy(CachePrune Prune, TimeSpan UnusedFor)
{
    internal CachePrune At(DateTimeOffset now) => UnusedFor > TimeSpan.Zero ? Prune with { UnusedSince = now - UnusedFor } : Prune;
}

using System.Collections.Concurrent;

namespace Gantry.Edge.State;

/// <summary>What lives as long as the process.</summary>
internal sealed class EdgeState(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ClusterState> clusters = new();
    private long requests;
    private int inFlight;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The process is going down: health says 503, connections are asked to close.</summary>
    public bool Draining { get; set; }

    public long Requests => Interlocked.Read(ref requests);

    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Ordered by name.</summary>
    public IEnumerable<ClusterState> Clusters => clusters.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal);

    public ClusterState GetOrAddCluster(string name) => clusters.GetOrAdd(name, static (key, clock) => new ClusterState(key, clock), time);

    public ClusterState? FindCluster(string name) => clusters.GetValueOrDefault(name);

    public void Remove(string cluster) => clusters.TryRemove(cluster, out _);

    public void Begin()
    {
        Interlocked.Increment(ref requests);
        Interlocked.Increment(ref inFlight);
    }

    public void End() => Interlocked.Decrement(ref inFlight);
}

using Gantry.Edge.State;

namespace Gantry.Edge.Balancing;

/// <summary>The less busy of two drawn by lot: as good as the least busy of all, without herding (Mitzenmacher 2001).</summary>
internal sealed class PowerOfTwo : ILoadBalancer
{
    public DestinationState Pick(DestinationState[] members)
    {
        var first = Random.Shared.Next(members.Length);
        var second = (first + 1 + Random.Shared.Next(members.Length - 1)) % members.Length;
        return members[first].InFlight <= members[second].InFlight ? members[first] : members[second];
    }
}

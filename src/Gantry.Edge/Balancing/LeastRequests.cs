using Gantry.Edge.State;

namespace Gantry.Edge.Balancing;

/// <summary>The one with the fewest requests in flight; equals take turns.</summary>
internal sealed class LeastRequests : ILoadBalancer
{
    private uint turn = uint.MaxValue;

    public DestinationState Pick(DestinationState[] members)
    {
        var start = Interlocked.Increment(ref turn);
        var best = members[start % (uint)members.Length];
        for (uint i = 1; i < members.Length; i++)
        {
            var other = members[(start + i) % (uint)members.Length];
            best = other.InFlight < best.InFlight ? other : best;
        }

        return best;
    }
}

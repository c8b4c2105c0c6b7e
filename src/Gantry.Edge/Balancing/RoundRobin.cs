using Gantry.Edge.State;

namespace Gantry.Edge.Balancing;

/// <summary>One after the other: of ten requests over two servers each gets five.</summary>
internal sealed class RoundRobin : ILoadBalancer
{
    private uint turn = uint.MaxValue;

    public DestinationState Pick(DestinationState[] members) => members[Interlocked.Increment(ref turn) % (uint)members.Length];
}

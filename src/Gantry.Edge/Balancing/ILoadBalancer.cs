using Gantry.Edge.State;

namespace Gantry.Edge.Balancing;

/// <summary>Chooses among equals; called by many requests at once.</summary>
internal interface ILoadBalancer
{
    /// <param name="members">Two or more.</param>
    DestinationState Pick(DestinationState[] members);
}

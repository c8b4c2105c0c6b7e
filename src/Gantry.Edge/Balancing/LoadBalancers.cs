namespace Gantry.Edge.Balancing;

/// <summary>The policies by the names that configurations use.</summary>
internal static class LoadBalancers
{
    public static ILoadBalancer Create(string policy) => policy switch
    {
        "least-requests" => new LeastRequests(),
        "power-of-two" => new PowerOfTwo(),
        _ => new RoundRobin(),
    };
}

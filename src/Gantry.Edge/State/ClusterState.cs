using System.Collections.Immutable;
using Gantry.Edge.Balancing;
using Gantry.Edge.Forwarding;
using Gantry.Edge.Model;

namespace Gantry.Edge.State;

/// <summary>A living cluster: its servers, who of them is in rotation, and the connections to them. Survives reloads.</summary>
internal sealed class ClusterState(string name, TimeProvider time)
{
    private readonly Lock gate = new();
    private ImmutableArray<DestinationState> destinations = [];
    private volatile Rotation rotation = new([], long.MaxValue);
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClusterModel? model;
    private volatile ILoadBalancer balancer = new RoundRobin();
    private volatile HttpMessageInvoker? client;

    public string Name { get; } = name;

    /// <summary>Null only until the first <see cref="Apply"/>.</summary>
    public ClusterModel Model => model ?? throw new InvalidOperationException($"cluster {Name} has no model yet");

    public HttpMessageInvoker Client => client ?? throw new InvalidOperationException($"cluster {Name} has no model yet");

    public ImmutableArray<DestinationState> Destinations
    {
        get
        {
            lock (gate)
            {
                return destinations;
            }
        }
    }

    /// <summary>Takes over new settings; the replaced connections serve what uses them and then close by idleness.</summary>
    public void Apply(ClusterModel next)
    {
        var previous = model;
        if (previous?.Balance != next.Balance)
        {
            balancer = LoadBalancers.Create(next.Balance);
        }

        if (previous?.Transport != next.Transport)
        {
            client = UpstreamClient.Create(next.Transport);
        }

        model = next;
        if (next.Dns is null)
        {
            SetDestinations(next.Destinations);
        }
    }

    /// <summary>Makes the destinations these; known ones keep their state, gone ones finish what they have.</summary>
    public void SetDestinations(IReadOnlyCollection<string> addresses)
    {
        lock (gate)
        {
            var known = destinations.ToDictionary(destination => destination.Address);
            destinations = [.. addresses.Select(address => known.GetValueOrDefault(address) ?? Create(address))];
        }

        Refresh();
    }

    public DestinationState? Find(string address) => Destinations.FirstOrDefault(destination => destination.Address == address);

    /// <summary>Works out the rotation again after a change of any destination.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            rotation = Rotation.Of(destinations, time.GetTimestamp());
        }

        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>The next destination that was not tried yet, or null.</summary>
    public DestinationState? Pick(IReadOnlyCollection<DestinationState>? tried)
    {
        var current = rotation;
        if (current.GoodUntil <= time.GetTimestamp())
        {
            Refresh();
            current = rotation;
        }

        var members = current.Members;
        if (tried is { Count: > 0 })
        {
            members = [.. members.Where(member => !tried.Contains(member))];
        }

        return members.Length switch { 0 => null, 1 => members[0], _ => balancer.Pick(members) };
    }

    /// <summary>Waits for any change of the rotation, or for the time to pass.</summary>
    public async Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await changed.Task.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
    }

    private DestinationState Create(string address)
    {
        var destination = new DestinationState(address, time);
        if (model?.Health is null)
        {
            destination.Checked(DestinationHealth.Healthy, null);
        }

        return destination;
    }
}

using Gantry.Edge.Config;
using Gantry.Edge.Forwarding;
using Gantry.Edge.Health;
using Gantry.Edge.Model;
using Gantry.Edge.State;

namespace Gantry.Edge.Hosting;

/// <summary>The current model, and the monitors that keep its clusters true. Swapping the model touches no request in flight.</summary>
internal sealed class EdgeRuntime(TimeProvider time, ILogger<EdgeRuntime> logger) : IAsyncDisposable
{
    private readonly Dictionary<string, ClusterMonitor> monitors = [];
    private readonly SemaphoreSlim applying = new(1);

    // Probes have connections of their own, so that their fate says nothing about the traffic's.
    private readonly HttpMessageInvoker probeClient = UpstreamClient.Create(new TransportOptions(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)));
    private volatile EdgeModel? model;

    public EdgeState State { get; } = new(time);

    public EdgeModel Model => model ?? throw new InvalidOperationException("no configuration was applied yet");

    /// <summary>Compiles and swaps; clusters of the same name keep their destinations' health and counts.</summary>
    public async Task ApplyAsync(EdgeConfig config)
    {
        await applying.WaitAsync();
        try
        {
            var next = ModelCompiler.Compile(config, State);
            foreach (var cluster in next.Clusters)
            {
                var state = State.GetOrAddCluster(cluster.Name);
                await StopMonitorAsync(cluster.Name);
                state.Apply(cluster);
                monitors[cluster.Name] = new ClusterMonitor(state, probeClient, logger);
            }

            model = next;
            foreach (var gone in monitors.Keys.Except(next.Clusters.Select(cluster => cluster.Name)).ToArray())
            {
                await StopMonitorAsync(gone);
                State.Remove(gone);
            }
        }
        finally
        {
            applying.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in monitors.Keys.ToArray())
        {
            await StopMonitorAsync(name);
        }

        probeClient.Dispose();
        applying.Dispose();
    }

    private async Task StopMonitorAsync(string cluster)
    {
        if (monitors.Remove(cluster, out var monitor))
        {
            await monitor.DisposeAsync();
        }
    }
}

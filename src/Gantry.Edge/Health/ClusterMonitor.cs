using System.Net;
using System.Net.Sockets;
using Gantry.Edge.Model;
using Gantry.Edge.State;

namespace Gantry.Edge.Health;

/// <summary>Keeps a cluster's destinations true: resolves its name, and runs one probe per destination.</summary>
internal sealed partial class ClusterMonitor : IAsyncDisposable
{
    private readonly ClusterState cluster;
    private readonly ClusterModel model;
    private readonly HttpMessageInvoker client;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly Dictionary<DestinationState, (CancellationTokenSource Stop, Task Loop)> probes = [];
    private readonly Task loop;

    public ClusterMonitor(ClusterState cluster, HttpMessageInvoker client, ILogger logger)
    {
        (this.cluster, this.client, this.logger) = (cluster, client, logger);
        model = cluster.Model;
        loop = RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var destination in probes.Keys.ToArray())
        {
            await StopProbeAsync(destination);
        }

        stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (model.Dns is { } dns)
            {
                await ResolveAsync(dns, cancellationToken);
            }

            await AdjustProbesAsync();
            await Task.Delay(model.Dns?.Every ?? Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    // Losing the name is no reason to lose servers that answer: the last known set stays, and the probes decide.
    private async Task ResolveAsync(DnsSource dns, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(dns.Host, cancellationToken);
            string[] next = [.. addresses.Select(address => Format(address, dns.Port)).Distinct().Order(StringComparer.Ordinal)];
            if (next.Length > 0 && !next.SequenceEqual(cluster.Destinations.Select(destination => destination.Address)))
            {
                var list = string.Join(", ", next);
                LogResolved(dns.Host, list);
                cluster.SetDestinations(next);
            }
        }
        catch (SocketException e)
        {
            LogUnresolved(dns.Host, e.Message);
        }
    }

    private async Task AdjustProbesAsync()
    {
        var current = cluster.Destinations;
        foreach (var gone in probes.Keys.Where(known => !current.Contains(known)).ToArray())
        {
            await StopProbeAsync(gone);
        }

        if (model.Health is not { } check)
        {
            foreach (var destination in current.Where(destination => destination.Health != DestinationHealth.Healthy))
            {
                destination.Checked(DestinationHealth.Healthy, null);
                cluster.Refresh();
            }

            return;
        }

        foreach (var fresh in current.Where(destination => !probes.ContainsKey(destination)))
        {
            var token = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            probes[fresh] = (token, new DestinationProbe(cluster, fresh, check, client, logger).RunAsync(token.Token));
        }
    }

    private async Task StopProbeAsync(DestinationState destination)
    {
        probes.Remove(destination, out var probe);
        await probe.Stop.CancelAsync();
        await probe.Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        probe.Stop.Dispose();
    }

    private static string Format(IPAddress address, int port) => $"http://{new IPEndPoint(address, port)}";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is now {Addresses}")]
    private partial void LogResolved(string name, string addresses);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} did not resolve: {Reason}")]
    private partial void LogUnresolved(string name, string reason);
}

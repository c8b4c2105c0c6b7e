using System.Net;
using Gantry.Edge.Model;
using Gantry.Edge.State;

namespace Gantry.Edge.Health;

/// <summary>Asks one destination again and again, and turns answers into a verdict by the thresholds.</summary>
internal sealed partial class DestinationProbe(ClusterState cluster, DestinationState destination, HealthCheck check, HttpMessageInvoker client, ILogger logger)
{
    // A new server is asked more often, so that it serves as soon as it can.
    private static readonly TimeSpan EagerInterval = TimeSpan.FromMilliseconds(200);

    private readonly Uri address = Address(destination.Address, check);
    private int good;
    private int bad;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (ok, announced, error) = await AskAsync(cancellationToken);
            Conclude(ok, announced, error);
            var eager = destination.Health != DestinationHealth.Healthy && EagerInterval < check.Interval;
            await Task.Delay(eager ? EagerInterval : check.Interval, cancellationToken);
        }
    }

    private async Task<(bool Ok, bool Announced, string? Error)> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(check.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("User-Agent", "gantry-edge-health");
            using var response = await client.SendAsync(request, timeout.Token);
            return response.IsSuccessStatusCode
                ? (true, false, null)
                : (false, response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{check.Path} answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, false, $"{check.Path} did not answer in time");
        }
        catch (HttpRequestException e)
        {
            return (false, false, e.InnerException?.Message ?? e.Message);
        }
    }

    private void Conclude(bool ok, bool announced, string? error)
    {
        (good, bad) = ok ? (good + 1, 0) : (0, bad + 1);
        var before = destination.Health;
        var now = ok && good >= check.HealthyAfter ? DestinationHealth.Healthy
            : !ok && (announced || bad >= check.UnhealthyAfter) && before != DestinationHealth.Unknown ? DestinationHealth.Unhealthy
            : before;
        destination.Checked(now, error);
        if (now != before)
        {
            LogChange(destination.Address, cluster.Name, now, error ?? "answers");
            cluster.Refresh();
        }
    }

    private static Uri Address(string destination, HealthCheck check)
    {
        var address = new UriBuilder(destination + check.Path);
        address.Port = check.Port ?? address.Port;
        return address.Uri;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Destination} of {Cluster} is now {Health}: {Reason}")]
    private partial void LogChange(string destination, string cluster, DestinationHealth health, string reason);
}

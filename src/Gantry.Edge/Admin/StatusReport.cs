using System.Text.Json.Serialization;
using Gantry.Edge.State;

namespace Gantry.Edge.Admin;

/// <summary>What /status tells.</summary>
internal sealed record StatusReport(string Status, DateTimeOffset StartedAt, double UptimeSeconds, long Requests, int InFlight, long MemoryBytes, IReadOnlyList<ClusterReport> Clusters)
{
    public static StatusReport Of(EdgeState state, TimeProvider time) => new(
        state.Draining ? "draining" : "ok",
        state.StartedAt,
        Math.Round((time.GetUtcNow() - state.StartedAt).TotalSeconds, 3),
        state.Requests,
        state.InFlight,
        Environment.WorkingSet,
        [.. state.Clusters.Select(cluster => new ClusterReport(cluster.Name, cluster.Model.Balance, [.. cluster.Destinations.Select(DestinationReport.Of)]))]);
}

/// <summary>One cluster.</summary>
internal sealed record ClusterReport(string Name, string Balance, IReadOnlyList<DestinationReport> Destinations);

/// <summary>One destination; <c>state</c> is why it does or does not take traffic: healthy, unknown, unhealthy, ejected, draining.</summary>
internal sealed record DestinationReport(string Address, string State, int InFlight, long Requests, long Failures, double LatencyMs, DateTimeOffset? LastChecked, string? LastError)
{
    public static DestinationReport Of(DestinationState destination) => new(
        destination.Address,
        destination switch
        {
            { Draining: true } => "draining",
            { Health: DestinationHealth.Unknown } => "unknown",
            { Health: DestinationHealth.Unhealthy } => "unhealthy",
            { IsEjected: true } => "ejected",
            _ => "healthy",
        },
        destination.InFlight,
        destination.Requests,
        destination.Failures,
        Math.Round(destination.Latency.TotalMilliseconds, 3),
        destination.LastChecked,
        destination.LastError);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;

namespace Gantry.Edge.Logging;

/// <summary>One finished request. The path comes without its query, which may hold secrets.</summary>
internal readonly record struct AccessEntry(
    DateTimeOffset Time, string RequestId, string Client, string Method, string Scheme, string Host, string Path, string Protocol, int Status, long Bytes,
    TimeSpan Duration, string? Cluster, string? Destination, int Attempts, TimeSpan? Upstream, string? UserAgent, string? Error);

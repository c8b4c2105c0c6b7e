using System.Collections.Immutable;

namespace Gantry.Edge.Model;

/// <summary>A cluster's compiled settings.</summary>
internal sealed record ClusterModel(string Name)
{
    /// <summary>Base addresses without a trailing slash; empty when <see cref="Dns"/> names them.</summary>
    public ImmutableArray<string> Destinations { get; init; } = [];

    public DnsSource? Dns { get; init; }

    public required string Balance { get; init; }

    public HealthCheck? Health { get; init; }

    public required PassiveCheck Passive { get; init; }

    public required RetryPolicy Retry { get; init; }

    public required TransportOptions Transport { get; init; }
}

/// <summary>A name whose addresses are the destinations.</summary>
internal sealed record DnsSource(string Host, int Port, TimeSpan Every);

/// <summary>How a destination is asked.</summary>
internal sealed record HealthCheck(string Path, int? Port, TimeSpan Interval, TimeSpan Timeout, int HealthyAfter, int UnhealthyAfter);

/// <summary>What real traffic teaches; zero failures switches it off.</summary>
internal sealed record PassiveCheck(int Failures, TimeSpan EjectFor);

/// <summary>When to try again.</summary>
internal sealed record RetryPolicy(int Attempts, TimeSpan Patience, bool IdempotencyKey, long BufferLimit);

/// <summary>Changes of these need new connections.</summary>
internal sealed record TransportOptions(TimeSpan ConnectTimeout, TimeSpan KeepAlive);

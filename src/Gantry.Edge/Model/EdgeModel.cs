using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Model;

/// <summary>A configuration, compiled. Requests read one and keep it to their end; a reload swaps the whole.</summary>
internal sealed record EdgeModel
{
    public required RouteTable Routes { get; init; }

    public required ImmutableArray<ClusterModel> Clusters { get; init; }

    public required int TrustedHops { get; init; }

    public required bool WriteForwarded { get; init; }

    public CompressionPolicy? Compression { get; init; }

    public required ImmutableArray<KeyValuePair<string, StringValues>> SecurityHeaders { get; init; }

    public required bool AccessLog { get; init; }
}

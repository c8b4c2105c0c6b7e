using System.Collections.Immutable;
using Gantry.Core;
using Gantry.Edge.Config;
using Gantry.Edge.Files;
using Gantry.Edge.State;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Model;

/// <summary>Turns a valid configuration into a model; living clusters of the same name are kept.</summary>
internal static class ModelCompiler
{
    private static readonly KeyValuePair<string, string?>[] DefaultHeaders =
    [
        new("X-Content-Type-Options", "nosniff"),
        new("X-Frame-Options", "DENY"),
        new("Referrer-Policy", "strict-origin-when-cross-origin"),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ];

    public static EdgeModel Compile(EdgeConfig config, EdgeState state)
    {
        var bodyLimit = Bytes(config.Limits.Body);
        return new EdgeModel
        {
            Clusters = [.. config.Clusters.Select(pair => Cluster(pair.Key, pair.Value))],
            Routes = new RouteTable(config.Routes.Select(route => Route(route, bodyLimit, state))),
            TrustedHops = config.Forwarding.TrustedHops,
            WriteForwarded = config.Forwarding.Forwarded,
            Compression = config.Compression is { } compression ? new CompressionPolicy(Bytes(compression.MinimumSize), [.. compression.Types]) : null,
            SecurityHeaders = Headers(config.SecurityHeaders),
            AccessLog = config.AccessLog,
        };
    }

    private static Route Route(RouteConfig route, long bodyLimit, EdgeState state) => new(route.Host, Prefix(route.Path))
    {
        Cluster = route.Cluster is { } cluster ? state.GetOrAddCluster(cluster) : null,
        Files = route.Files is { } files ? FileSet.Load(files.Root) : null,
        StripPrefix = route.StripPrefix,
        Timeout = route.Timeout,
        IdleTimeout = route.IdleTimeout,
        BodyLimit = route.BodyLimit is { } limit ? Bytes(limit) : bodyLimit,
    };

    private static string Prefix(string path) => path.Length > 1 ? path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" : path;

    private static ClusterModel Cluster(string name, ClusterConfig cluster) => new(name)
    {
        Destinations = [.. cluster.Destinations.Select(address => address.TrimEnd('/')).Distinct()],
        Dns = cluster.Dns is { } dns && ConfigValidator.TryHostAndPort(dns, out var host, out var port)
            ? new DnsSource(host, port, cluster.ResolveEvery)
            : null,
        Balance = cluster.Balance,
        Health = cluster.Health is { } health
            ? new HealthCheck(health.Path, health.Port, health.Interval, health.Timeout, health.HealthyAfter, health.UnhealthyAfter)
            : null,
        Passive = new PassiveCheck(cluster.Passive.Failures, cluster.Passive.EjectFor),
        Retry = new RetryPolicy(cluster.Retry.Attempts, cluster.Retry.Patience, cluster.Retry.IdempotencyKey, Bytes(cluster.Retry.BufferLimit)),
        Transport = new TransportOptions(cluster.ConnectTimeout, cluster.KeepAlive),
    };

    private static ImmutableArray<KeyValuePair<string, StringValues>> Headers(Dictionary<string, string?> asked)
    {
        var all = new Dictionary<string, string?>(DefaultHeaders, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in asked)
        {
            all[name] = value;
        }

        return [.. all.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, new StringValues(pair.Value)))];
    }

    private static long Bytes(string size) => ByteSize.Parse(size).Bytes;
}

using System.Net;
using Gantry.Core;

namespace Gantry.Edge.Config;

/// <summary>Everything that is wrong with a configuration, all at once.</summary>
internal static class ConfigValidator
{
    public static readonly IReadOnlyList<string> Policies = ["round-robin", "least-requests", "power-of-two"];

    public static IReadOnlyList<string> Validate(EdgeConfig config)
    {
        var complaints = new List<string>();
        Listeners(config, complaints);
        for (var i = 0; i < config.Routes.Count; i++)
        {
            Route(config, config.Routes[i], $"routes[{i}]", complaints);
        }

        foreach (var (name, cluster) in config.Clusters)
        {
            Cluster(cluster, $"clusters.{name}", complaints);
        }

        Require(Enum.TryParse<LogLevel>(config.LogLevel, ignoreCase: true, out _), $"logLevel: \"{config.LogLevel}\" is not one of debug, information, warning, error, none", complaints);
        Size(config.Limits.Body, "limits.body", complaints);
        Positive(config.Limits.RequestHeaders, "limits.requestHeaders", complaints);
        Positive(config.Limits.KeepAlive, "limits.keepAlive", complaints);
        Require(config.Forwarding.TrustedHops >= 0, "forwarding.trustedHops: is negative", complaints);
        Require(config.Shutdown.Announce >= TimeSpan.Zero, "shutdown.announce: is negative", complaints);
        Positive(config.Shutdown.Grace, "shutdown.grace", complaints);
        if (config.Compression is { } compression)
        {
            Size(compression.MinimumSize, "compression.minimumSize", complaints);
        }

        return complaints;
    }

    private static void Listeners(EdgeConfig config, List<string> complaints)
    {
        Require(config.Listeners.Count > 0, "listeners: there is none; add { \"address\": \"0.0.0.0:8080\" }", complaints);
        var seen = new HashSet<IPEndPoint>();
        for (var i = 0; i < config.Listeners.Count; i++)
        {
            var listener = config.Listeners[i];
            Address(listener.Address, $"listeners[{i}].address", seen, complaints);
            if (listener.Tls is { } tls)
            {
                Require((tls.Certificate is null) == (tls.Key is null), $"listeners[{i}].tls: certificate and key go together", complaints);
                Exists(tls.Certificate, $"listeners[{i}].tls.certificate", complaints);
                Exists(tls.Key, $"listeners[{i}].tls.key", complaints);
            }
        }

        if (config.Admin is { } admin)
        {
            Address(admin.Address, "admin.address", seen, complaints);
        }
    }

    private static void Route(EdgeConfig config, RouteConfig route, string at, List<string> complaints)
    {
        Require(route.Path.StartsWith('/'), $"{at}.path: \"{route.Path}\" does not start with /", complaints);
        Require(route.Host is null || IsHost(route.Host), $"{at}.host: \"{route.Host}\" is no host name (example.com, *.example.com)", complaints);
        Require(route.Cluster is null != (route.Files is null), $"{at}: needs either a cluster or files", complaints);
        if (route.Cluster is { } cluster && !config.Clusters.ContainsKey(cluster))
        {
            complaints.Add($"{at}.cluster: no cluster is named \"{cluster}\" (there are: {string.Join(", ", config.Clusters.Keys.Order())})");
        }

        Require(route.Files is null || Directory.Exists(route.Files.Root), $"{at}.files.root: \"{route.Files?.Root}\" is no folder", complaints);
        Positive(route.Timeout, $"{at}.timeout", complaints);
        Positive(route.IdleTimeout, $"{at}.idleTimeout", complaints);
        if (route.BodyLimit is not null)
        {
            Size(route.BodyLimit, $"{at}.bodyLimit", complaints);
        }

        var same = config.Routes.First(other => other.Path == route.Path && string.Equals(other.Host, route.Host, StringComparison.OrdinalIgnoreCase));
        Require(ReferenceEquals(same, route), $"{at}: another route has the same host and path", complaints);
    }

    private static void Cluster(ClusterConfig cluster, string at, List<string> complaints)
    {
        Require(cluster.Dns is null != (cluster.Destinations.Count == 0), $"{at}: needs either destinations or dns", complaints);
        for (var i = 0; i < cluster.Destinations.Count; i++)
        {
            var text = cluster.Destinations[i];
            var good = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri!.PathAndQuery == "/";
            Require(good, $"{at}.destinations[{i}]: \"{text}\" is not like http://host:port", complaints);
        }

        Require(cluster.Dns is null || TryHostAndPort(cluster.Dns, out _, out _), $"{at}.dns: \"{cluster.Dns}\" is not like name:port", complaints);
        Require(Policies.Contains(cluster.Balance), $"{at}.balance: \"{cluster.Balance}\" is not one of {string.Join(", ", Policies)}", complaints);
        Positive(cluster.ResolveEvery, $"{at}.resolveEvery", complaints);
        Positive(cluster.ConnectTimeout, $"{at}.connectTimeout", complaints);
        Positive(cluster.KeepAlive, $"{at}.keepAlive", complaints);
        Require(cluster.Retry.Attempts >= 0, $"{at}.retry.attempts: is negative", complaints);
        Require(cluster.Retry.Patience >= TimeSpan.Zero, $"{at}.retry.patience: is negative", complaints);
        Size(cluster.Retry.BufferLimit, $"{at}.retry.bufferLimit", complaints);
        Require(cluster.Passive.Failures >= 0, $"{at}.passive.failures: is negative", complaints);
        if (cluster.Health is { } health)
        {
            Require(health.Path.StartsWith('/'), $"{at}.health.path: does not start with /", complaints);
            Require(health.Port is null or (> 0 and < 65536), $"{at}.health.port: is no port", complaints);
            Positive(health.Interval, $"{at}.health.interval", complaints);
            Positive(health.Timeout, $"{at}.health.timeout", complaints);
            Require(health is { HealthyAfter: > 0, UnhealthyAfter: > 0 }, $"{at}.health: thresholds start at 1", complaints);
        }
    }

    /// <summary>Splits <c>api:8080</c>.</summary>
    public static bool TryHostAndPort(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon] : "";
        port = 0;
        return colon > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown && int.TryParse(text.AsSpan(colon + 1), out port) && port is > 0 and < 65536;
    }

    /// <summary>Reads <c>0.0.0.0:8080</c>, <c>[::]:8080</c> and <c>*:8080</c>.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        var spelled = text.StartsWith("*:", StringComparison.Ordinal) ? $"[::]:{text[2..]}" : text;
        var good = IPEndPoint.TryParse(spelled, out var parsed) && spelled.LastIndexOf(':') > spelled.LastIndexOf(']');
        endPoint = parsed ?? new IPEndPoint(IPAddress.Any, 0);
        return good;
    }

    private static bool IsHost(string host) =>
        Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown;

    private static void Address(string text, string at, HashSet<IPEndPoint> seen, List<string> complaints)
    {
        if (!TryEndPoint(text, out var endPoint))
        {
            complaints.Add($"{at}: \"{text}\" is not like 0.0.0.0:8080");
        }
        else
        {
            Require(endPoint.Port == 0 || seen.Add(endPoint), $"{at}: {text} is taken by another listener", complaints);
        }
    }

    private static void Exists(string? path, string at, List<string> complaints) =>
        Require(path is null || File.Exists(path), $"{at}: there is no file {path}", complaints);

    private static void Size(string text, string at, List<string> complaints) =>
        Require(ByteSize.TryParse(text, null, out _), $"{at}: \"{text}\" is no size such as 64KB", complaints);

    private static void Positive(TimeSpan value, string at, List<string> complaints) =>
        Require(value > TimeSpan.Zero, $"{at}: must be more than nothing", complaints);

    private static void Require(bool condition, string complaint, List<string> complaints)
    {
        if (!condition)
        {
            complaints.Add(complaint);
        }
    }
}

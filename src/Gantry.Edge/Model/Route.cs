using Gantry.Edge.Files;
using Gantry.Edge.State;

namespace Gantry.Edge.Model;

/// <summary>One compiled route; exactly one of <see cref="Cluster"/> and <see cref="Files"/> is there.</summary>
internal sealed record Route(string? Host, string Path)
{
    public ClusterState? Cluster { get; init; }

    public FileSet? Files { get; init; }

    public bool StripPrefix { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required long BodyLimit { get; init; }

    /// <summary>Whether the path lies under this route's prefix, whole segments only.</summary>
    public bool TakesPath(string path) =>
        Path == "/" || (path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] == '/'));

    public bool TakesHost(string host) => Host switch
    {
        null => true,
        ['*', .. var suffix] => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && !host.AsSpan(0, host.Length - suffix.Length).Contains('.'),
        _ => Host.Equals(host, StringComparison.OrdinalIgnoreCase),
    };
}

using System.Collections.Immutable;

namespace Gantry.Edge.Model;

/// <summary>Routes in the order of their say: exact hosts, then wildcards, then any; the longest path prefix first.</summary>
internal sealed class RouteTable(IEnumerable<Route> routes)
{
    private readonly ImmutableArray<Route> ordered =
        [.. routes.OrderBy(route => route.Host switch { null => 2, ['*', ..] => 1, _ => 0 }).ThenByDescending(route => route.Path.Length)];

    public Route? Find(string host, string path)
    {
        foreach (var route in ordered)
        {
            if (route.TakesHost(host) && route.TakesPath(path))
            {
                return route;
            }
        }

        return null;
    }
}

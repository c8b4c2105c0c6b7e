using Gantry.Core;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Endpoints;

/// <summary>What Docker has and Gantry has not, said clearly; and what nobody has.</summary>
internal static class Unsupported
{
    private const string NoSwarm = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    private static readonly (string Method, string Path)[] Operations =
    [
        ("GET", "/containers/{name}/attach/ws"),
        ("GET", "/containers/{name}/checkpoints"),
        ("POST", "/containers/{name}/checkpoints"),
        ("GET", "/images/search"),
        ("PUT", "/volumes/{name}"),
        ("POST", "/build/cancel"),
        ("GET", "/plugins/privileges"),
        ("POST", "/plugins/pull"),
        ("POST", "/plugins/create"),
    ];

    private static readonly string[] SwarmResources = ["swarm", "nodes", "services", "tasks", "secrets", "configs"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (method, path) in Operations)
        {
            routes.MapMethods(path, [method], http => throw Operation($"{method} {path}"));
        }

        foreach (var resource in SwarmResources)
        {
            routes.Map($"/{resource}/{{**rest}}", http => throw new GantryException(ErrorKind.Unavailable, NoSwarm));
        }

        routes.MapGet("/plugins", http => http.Response.WriteJsonAsync([], Api.DockerJson.Wire.IReadOnlyListString));
        routes.MapGet("/plugins/{name}/json", http => throw GantryException.NotFound($"plugin \"{http.Name}\" not found"));
        routes.Map("/plugins/{**name}", http => throw GantryException.NotFound($"plugin \"{http.Name}\" not found"));
        routes.Map("/{**path}", PageNotFoundAsync).Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
    }

    public static GantryException Operation(string what) => new(ErrorKind.NotImplemented, $"Gantry does not implement {what}");

    public static Task PageNotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http.Response.WriteErrorAsync("page not found");
    }
}

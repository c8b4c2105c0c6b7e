using Gantry.Core;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Endpoints;

/// <summary>What a daemon outside a swarm, without plugins and experiments, answers: Docker's own refusals.</summary>
internal static class Unsupported
{
    private const string NoManager = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";
    private const string NoExperiments = "This experimental feature is disabled by default. Start the Docker daemon in experimental mode in order to enable it.";

    private static readonly string[] SwarmResources = ["swarm", "nodes", "services", "tasks", "secrets", "configs"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/containers/{name}/checkpoints", "/containers/{name}/checkpoints/{checkpoint}"])
        {
            routes.MapMethods(path, ["GET", "POST", "DELETE"], http => throw new GantryException(ErrorKind.NotImplemented, NoExperiments));
        }

        foreach (var resource in SwarmResources)
        {
            routes.Map($"/{resource}/{{**rest}}", http => throw new GantryException(ErrorKind.Unavailable, NoManager));
        }

        routes.MapPost("/swarm/leave", http => throw new GantryException(ErrorKind.Unavailable, "This node is not part of a swarm"));
        routes.MapPost("/swarm/init", http => throw Operation("swarms"));
        routes.MapPost("/swarm/join", http => throw Operation("swarms"));
        routes.MapPut("/volumes/{name}", http => throw new GantryException(ErrorKind.Unavailable, "volume update only valid for cluster volumes, but swarm is unavailable"));

        routes.MapGet("/plugins", http => http.Response.WriteJsonAsync([], Api.DockerJson.Wire.IReadOnlyListString));
        foreach (var path in (string[])["/plugins/pull", "/plugins/create", "/plugins/privileges"])
        {
            routes.Map(path, http => throw Operation("managed plugins"));
        }

        routes.Map("/plugins/{**name}", NoPlugin);
        routes.MapMethods("/{**path}", ["OPTIONS"], _ => Task.CompletedTask);
        routes.Map("/{**path}", PageNotFoundAsync).Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
    }

    public static GantryException Operation(string what) => new(ErrorKind.NotImplemented, $"Gantry does not implement {what}");

    public static Task PageNotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http.Response.WriteErrorAsync("page not found");
    }

    // What follows the name is what was to be done with it.
    private static Task NoPlugin(HttpContext http)
    {
        var slash = HttpMethods.IsDelete(http.Request.Method) ? -1 : http.Name.LastIndexOf('/');
        throw GantryException.NotFound($"plugin \"{(slash < 0 ? http.Name : http.Name[..slash])}\" not found");
    }
}

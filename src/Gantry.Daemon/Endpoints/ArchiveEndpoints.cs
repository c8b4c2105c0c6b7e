using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Endpoints;

/// <summary>Files of containers as tars: what <c>docker cp</c> is made of.</summary>
internal sealed class ArchiveEndpoints(GantryEngine engine)
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    private ContainerService Containers => engine.Containers;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/containers/{name}/archive", ["HEAD"], StatAsync);
        routes.MapGet("/containers/{name}/archive", ReadAsync);
        routes.MapPut("/containers/{name}/archive", WriteAsync);
    }

    private async Task StatAsync(HttpContext http)
    {
        using var path = await Containers.OpenArchiveAsync(http.Name, Path(http), read: false, http.RequestAborted);
        http.Response.Headers[StatHeader] = path.ToStatHeader();
    }

    private async Task ReadAsync(HttpContext http)
    {
        using var path = await Containers.OpenArchiveAsync(http.Name, Path(http), read: true, http.RequestAborted);
        http.Response.Headers[StatHeader] = path.ToStatHeader();
        http.Response.ContentType = "application/x-tar";
        await path.WriteAsync(http.Response.Body, http.RequestAborted);
    }

    private Task WriteAsync(HttpContext http) => Containers.ExtractAsync(
        http.Name, Path(http), http.Query.Flag("copyUIDGID"), http.Query.Flag("noOverwriteDirNonDir"), http.Request.Body, http.RequestAborted);

    private static string Path(HttpContext http) => http.Query.Optional("path") ?? throw GantryException.Invalid("bad parameter: pathcannot be empty");
}

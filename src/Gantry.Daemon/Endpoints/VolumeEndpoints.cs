using Gantry.Api;
using Gantry.Api.Volumes;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Volumes;

namespace Gantry.Daemon.Endpoints;

/// <summary>Volumes.</summary>
internal sealed class VolumeEndpoints(GantryEngine engine)
{
    private VolumeService Volumes => engine.Volumes;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/volumes", ListAsync);
        routes.MapPost("/volumes/create", CreateAsync);
        routes.MapPost("/volumes/prune", PruneAsync);
        routes.MapGet("/volumes/{name}", InspectAsync);
        routes.MapDelete("/volumes/{name}", RemoveAsync);
    }

    private async Task ListAsync(HttpContext http)
    {
        var volumes = await Volumes.ListAsync(http.Query.Filters(), http.RequestAborted);
        var answer = new VolumeListResponse { Volumes = [.. volumes.Select(volume => volume.ToWire())] };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.VolumeListResponse);
    }

    private async Task InspectAsync(HttpContext http) =>
        await http.Response.WriteJsonAsync((await Volumes.GetAsync(http.Name, http.RequestAborted)).ToWire(), DockerJson.Wire.VolumeResponse);

    private async Task CreateAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.VolumeCreateRequest) ?? new VolumeCreateRequest();
        var volume = await Volumes.CreateAsync(body.Name ?? "", body.Driver ?? "", body.DriverOpts, body.Labels, http.RequestAborted);
        await http.Response.WriteJsonAsync(volume.ToWire(), DockerJson.Wire.VolumeResponse, StatusCodes.Status201Created);
    }

    private async Task RemoveAsync(HttpContext http)
    {
        await Volumes.RemoveAsync(http.Name, http.Query.Flag("force"), http.RequestAborted);
        http.NoContent();
    }

    private async Task PruneAsync(HttpContext http)
    {
        var filters = http.Query.Filters();
        var report = await Volumes.PruneAsync(VersionedShape.PrunesNamedVolumes(http.Version) ? WithAll(filters) : filters, http.RequestAborted);
        var answer = new VolumePruneResponse { VolumesDeleted = report.Deleted, SpaceReclaimed = report.SpaceReclaimed };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.VolumePruneResponse);
    }

    private static ObjectFilters WithAll(ObjectFilters filters)
    {
        var values = filters.Keys.ToDictionary(key => key, key => filters[key]);
        values.TryAdd("all", ["true"]);
        return new ObjectFilters(values);
    }
}

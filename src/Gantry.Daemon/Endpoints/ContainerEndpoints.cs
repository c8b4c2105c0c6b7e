using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Endpoints;

/// <summary>Containers: everything with one answer. Streams are in <see cref="ContainerStreamEndpoints"/>.</summary>
internal sealed class ContainerEndpoints(GantryEngine engine, ContainerDefaults defaults)
{
    private ContainerService Containers => engine.Containers;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/containers/json", ListAsync);
        routes.MapPost("/containers/create", CreateAsync);
        routes.MapPost("/containers/prune", PruneAsync);
        routes.MapGet("/containers/{name}/json", InspectAsync);
        routes.MapGet("/containers/{name}/top", TopAsync);
        routes.MapGet("/containers/{name}/changes", ChangesAsync);
        routes.MapPost("/containers/{name}/start", StartAsync);
        routes.MapPost("/containers/{name}/stop", StopAsync);
        routes.MapPost("/containers/{name}/restart", RestartAsync);
        routes.MapPost("/containers/{name}/kill", KillAsync);
        routes.MapPost("/containers/{name}/pause", PauseAsync);
        routes.MapPost("/containers/{name}/unpause", UnpauseAsync);
        routes.MapPost("/containers/{name}/rename", RenameAsync);
        routes.MapPost("/containers/{name}/update", UpdateAsync);
        routes.MapDelete("/containers/{name}", RemoveAsync);
        routes.MapPost("/commit", CommitAsync);
    }

    private Task ListAsync(HttpContext http)
    {
        var query = new ContainerListQuery
        {
            All = http.Query.Flag("all"),
            Limit = http.Query.Integer("limit") ?? 0,
            Filters = http.Query.Filters(),
        };
        var sizes = http.Query.Flag("size");
        var found = Containers.List(query);
        var linked = Containers.LinkNames();
        var rows = new List<ContainerSummary>(found.Count);
        foreach (var container in found)
        {
            var row = container.ToSummary(Containers.StatusText(container));
            row = linked.Contains(container.Id) ? row with { Names = [.. row.Names, .. linked[container.Id].Select(name => "/" + name)] } : row;
            rows.Add(VersionedShape.Summary(sizes ? row.WithSizes(Containers.Sizes(container)) : row, container, engine.Images, http.Version));
        }

        return http.Response.WriteJsonAsync(rows, DockerJson.Wire.ListContainerSummary);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var body = OlderClients.Create(await http.Request.ReadJsonAsync(DockerJson.Wire.ContainerCreateRequest), http.Version);
        if (string.IsNullOrEmpty(body.Image) && body.Cmd is not { Count: > 0 } && body.Entrypoint is not { Count: > 0 })
        {
            var nothing = body == new ContainerCreateRequest { HostConfig = body.HostConfig, NetworkingConfig = body.NetworkingConfig, Image = body.Image } && body.Image is null;
            throw GantryException.Invalid(nothing ? "config cannot be empty in order to create a container" : "no command specified");
        }

        var created = await Containers.CreateAsync(http.Query.Optional("name"), defaults.Apply(body.ToSettings()), http.Query.Platform(), http.RequestAborted);
        var answer = new ContainerCreateResponse { Id = created.Id.ToString(), Warnings = [.. created.Warnings, .. OlderClients.Warnings(body, http.Version)] };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.ContainerCreateResponse, StatusCodes.Status201Created);
    }

    private Task InspectAsync(HttpContext http)
    {
        var container = Containers.Get(http.Name);
        var answer = container.ToInspect(http.Version);
        answer.ImageManifestDescriptor = VersionedShape.Manifest(container, engine.Images, http.Version);
        answer.HostConfig = answer.HostConfig with { Links = Containers.Links(container).NullIfEmpty() };
        if (http.Query.Flag("size"))
        {
            (answer.SizeRw, answer.SizeRootFs) = Containers.Sizes(container);
        }

        return http.Response.WriteJsonAsync(answer, DockerJson.Wire.ContainerInspectResponse);
    }

    private async Task TopAsync(HttpContext http)
    {
        var (titles, processes) = await Containers.TopAsync(http.Name, http.Query.Optional("ps_args") ?? "-ef", http.RequestAborted);
        await http.Response.WriteJsonAsync(new ContainerTopResponse { Titles = titles, Processes = processes }, DockerJson.Wire.ContainerTopResponse);
    }

    private Task ChangesAsync(HttpContext http)
    {
        var changes = Containers.Changes(http.Name).Select(change => new FilesystemChange { Kind = (int)change.Kind, Path = change.Path }).ToArray();
        return http.Response.WriteJsonAsync(changes.NullIfEmpty()!, DockerJson.Wire.IReadOnlyListFilesystemChange);
    }

    private async Task StartAsync(HttpContext http)
    {
        // The smallest settings there are take eight bytes; "{}" and "null" are what careful clients send for none.
        if (http.Request.ContentLength > 7 || (http.Request.ContentLength is null && http.Request.Headers.TransferEncoding.Count > 0))
        {
            throw GantryException.Invalid("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }

        if (http.Query.Optional("checkpoint") is not null)
        {
            throw GantryException.Invalid("checkpoint is only supported in experimental mode");
        }

        await Containers.StartAsync(http.Name, http.RequestAborted);
        http.NoContent();
    }

    private async Task StopAsync(HttpContext http)
    {
        await Containers.StopAsync(http.Name, http.Query.Integer("t"), http.Query.Optional("signal"), http.RequestAborted);
        http.NoContent();
    }

    private async Task RestartAsync(HttpContext http)
    {
        await Containers.RestartAsync(http.Name, http.Query.Integer("t"), http.Query.Optional("signal"), http.RequestAborted);
        http.NoContent();
    }

    private async Task KillAsync(HttpContext http)
    {
        await Containers.KillAsync(http.Name, http.Query.Optional("signal"), http.RequestAborted);
        http.NoContent();
    }

    private async Task PauseAsync(HttpContext http)
    {
        await Containers.PauseAsync(http.Name, http.RequestAborted);
        http.NoContent();
    }

    private async Task UnpauseAsync(HttpContext http)
    {
        await Containers.UnpauseAsync(http.Name, http.RequestAborted);
        http.NoContent();
    }

    private async Task RenameAsync(HttpContext http)
    {
        await Containers.RenameAsync(http.Name, http.Query.Text("name"), http.RequestAborted);
        http.NoContent();
    }

    private async Task UpdateAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.ContainerUpdateRequest) ?? new ContainerUpdateRequest();
        body = OlderClients.Update(body, http.Version);
        var warnings = await Containers.UpdateAsync(http.Name, body.ToLimits(), body.NanoCpus, body.RestartPolicy.ToSettings(), http.RequestAborted);
        await http.Response.WriteJsonAsync(new ContainerUpdateResponse { Warnings = warnings.NullIfEmpty() }, DockerJson.Wire.ContainerUpdateResponse);
    }

    private async Task RemoveAsync(HttpContext http)
    {
        await Containers.RemoveAsync(http.Name, http.Query.Flag("force"), http.Query.Flag("v"), http.Query.Flag("link"), http.RequestAborted);
        http.NoContent();
    }

    private async Task PruneAsync(HttpContext http)
    {
        var report = await Containers.PruneAsync(http.Query.Filters(), http.RequestAborted);
        var answer = new ContainerPruneResponse { ContainersDeleted = report.Deleted.NullIfEmpty(), SpaceReclaimed = report.SpaceReclaimed };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.ContainerPruneResponse);
    }

    private async Task CommitAsync(HttpContext http)
    {
        var query = http.Query;

        // A container's Config, without what only a create has; read before anything else is looked at, as in Docker.
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.ContainerCreateRequest);
        var reference = References.Optional(query.Text("repo"), query.Text("tag"));
        var image = await Containers.CommitAsync(
            query.Text("container"), body?.ToSettings(), reference, query.Text("comment"), query.Text("author"), query.Flag("pause", true), query.All("changes"), http.RequestAborted);
        await http.Response.WriteJsonAsync(new IdResponse { Id = image.Id.ToString() }, DockerJson.Wire.IdResponse, StatusCodes.Status201Created);
    }
}

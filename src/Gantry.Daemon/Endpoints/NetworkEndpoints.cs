using Gantry.Api;
using Gantry.Api.Networks;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Networks;

namespace Gantry.Daemon.Endpoints;

/// <summary>Networks.</summary>
internal sealed class NetworkEndpoints(GantryEngine engine)
{
    private NetworkService Networks => engine.Networks;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/networks", ListAsync);
        routes.MapPost("/networks/create", CreateAsync);
        routes.MapPost("/networks/prune", PruneAsync);
        routes.MapGet("/networks/{name}", InspectAsync);
        routes.MapDelete("/networks/{name}", RemoveAsync);
        routes.MapPost("/networks/{name}/connect", ConnectAsync);
        routes.MapPost("/networks/{name}/disconnect", DisconnectAsync);
    }

    private Task ListAsync(HttpContext http)
    {
        List<NetworkInspectResponse> rows = [.. Networks.List(http.Query.Filters()).Select(network => network.ToWire(attached: null))];
        return http.Response.WriteJsonAsync(rows, DockerJson.Wire.ListNetworkInspectResponse);
    }

    private Task InspectAsync(HttpContext http)
    {
        var network = Networks.Get(http.Name);
        return http.Response.WriteJsonAsync(network.ToWire(Networks.Attached(network)), DockerJson.Wire.NetworkInspectResponse);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.NetworkCreateRequest) ?? new NetworkCreateRequest();
        var (network, warning) = await Networks.CreateAsync(body.ToSettings(), http.RequestAborted);
        var answer = new NetworkCreateResponse { Id = network.Id, Warning = warning };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.NetworkCreateResponse, StatusCodes.Status201Created);
    }

    private async Task ConnectAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.NetworkConnectRequest) ?? new NetworkConnectRequest();
        await Networks.ConnectAsync(http.Name, body.Container, body.EndpointConfig.ToSettings(), http.RequestAborted);
    }

    private async Task DisconnectAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.NetworkDisconnectRequest) ?? new NetworkDisconnectRequest();
        await Networks.DisconnectAsync(http.Name, body.Container, body.Force, http.RequestAborted);
    }

    private async Task RemoveAsync(HttpContext http)
    {
        await Networks.RemoveAsync(http.Name, http.RequestAborted);
        http.NoContent();
    }

    private async Task PruneAsync(HttpContext http)
    {
        var deleted = await Networks.PruneAsync(http.Query.Filters(), http.RequestAborted);
        await http.Response.WriteJsonAsync(new NetworkPruneResponse { NetworksDeleted = deleted.NullIfEmpty() }, DockerJson.Wire.NetworkPruneResponse);
    }
}

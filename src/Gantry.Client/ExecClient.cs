using Gantry.Api;
using Gantry.Api.Exec;
using Gantry.Client.Http;
using Gantry.Client.Streams;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

/// <summary>The <c>/exec</c> calls: further processes in running containers.</summary>
public sealed class ExecClient(GantryClient client)
{
    /// <summary>Prepares a process and returns its ID.</summary>
    public async Task<string> CreateAsync(string container, ExecCreateRequest request, CancellationToken cancellationToken)
    {
        var response = await client.ReadAsync(
            new ApiRequest("POST", $"/containers/{Segment(container)}/exec") { Body = Json(request, DockerJson.Wire.ExecCreateRequest) },
            DockerJson.Wire.IdResponse,
            cancellationToken).ConfigureAwait(false);
        return response.Id;
    }

    /// <summary>Starts it and takes over its streams.</summary>
    public Task<HijackedStream> StartAttachedAsync(string id, ExecStartRequest request, CancellationToken cancellationToken) =>
        client.HijackAsync(StartRequest(id, request with { Detach = false }), cancellationToken);

    public Task StartDetachedAsync(string id, ExecStartRequest request, CancellationToken cancellationToken) =>
        client.CallAsync(StartRequest(id, request with { Detach = true }), cancellationToken);

    public Task<ExecInspectResponse> InspectAsync(string id, CancellationToken cancellationToken) =>
        client.GetAsync($"/exec/{Segment(id)}/json", null, DockerJson.Wire.ExecInspectResponse, cancellationToken);

    public Task ResizeAsync(string id, int height, int width, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("POST", $"/exec/{Segment(id)}/resize") { Query = new Query().Add("h", height).Add("w", width) }, cancellationToken);

    private static ApiRequest StartRequest(string id, ExecStartRequest request) =>
        new("POST", $"/exec/{Segment(id)}/start") { Body = Json(request, DockerJson.Wire.ExecStartRequest) };
}

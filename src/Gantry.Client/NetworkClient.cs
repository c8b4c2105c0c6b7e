using Gantry.Api;
using Gantry.Api.Networks;
using Gantry.Client.Http;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

/// <summary>The <c>/networks</c> calls.</summary>
public sealed class NetworkClient(GantryClient client)
{
    public Task<IReadOnlyList<NetworkInspectResponse>> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.GetAsync("/networks", new Query().Add("filters", filters), DockerJson.Wire.IReadOnlyListNetworkInspectResponse, cancellationToken);

    public Task<NetworkCreateResponse> CreateAsync(NetworkCreateRequest request, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("POST", "/networks/create") { Body = Json(request, DockerJson.Wire.NetworkCreateRequest) },
        DockerJson.Wire.NetworkCreateResponse,
        cancellationToken);

    public Task<NetworkInspectResponse> InspectAsync(string network, CancellationToken cancellationToken) =>
        client.GetAsync(PathOf(network), null, DockerJson.Wire.NetworkInspectResponse, cancellationToken);

    /// <summary>The daemon's answer to inspect as it came.</summary>
    public Task<ReadOnlyMemory<byte>> InspectRawAsync(string network, bool verbose, CancellationToken cancellationToken) =>
        client.GetBytesAsync(PathOf(network), new Query().Add("verbose", verbose), cancellationToken);

    public Task RemoveAsync(string network, CancellationToken cancellationToken) => client.CallAsync(new ApiRequest("DELETE", PathOf(network)), cancellationToken);

    public Task ConnectAsync(string network, NetworkConnectRequest request, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("POST", PathOf(network) + "/connect") { Body = Json(request, DockerJson.Wire.NetworkConnectRequest) }, cancellationToken);

    public Task DisconnectAsync(string network, NetworkDisconnectRequest request, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("POST", PathOf(network) + "/disconnect") { Body = Json(request, DockerJson.Wire.NetworkDisconnectRequest) }, cancellationToken);

    public Task<NetworkPruneResponse> PruneAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.PostAsync("/networks/prune", new Query().Add("filters", filters), DockerJson.Wire.NetworkPruneResponse, cancellationToken);

    private static string PathOf(string network) => "/networks/" + Segment(network);
}

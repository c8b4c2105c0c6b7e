using Gantry.Api;
using Gantry.Api.Volumes;
using Gantry.Client.Http;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

/// <summary>The <c>/volumes</c> calls.</summary>
public sealed class VolumeClient(GantryClient client)
{
    public Task<VolumeListResponse> ListAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.GetAsync("/volumes", new Query().Add("filters", filters), DockerJson.Wire.VolumeListResponse, cancellationToken);

    public Task<VolumeResponse> CreateAsync(VolumeCreateRequest request, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("POST", "/volumes/create") { Body = Json(request, DockerJson.Wire.VolumeCreateRequest) }, DockerJson.Wire.VolumeResponse, cancellationToken);

    public Task<VolumeResponse> InspectAsync(string volume, CancellationToken cancellationToken) =>
        client.GetAsync(PathOf(volume), null, DockerJson.Wire.VolumeResponse, cancellationToken);

    /// <summary>The daemon's answer to inspect as it came.</summary>
    public Task<ReadOnlyMemory<byte>> InspectRawAsync(string volume, CancellationToken cancellationToken) => client.GetBytesAsync(PathOf(volume), null, cancellationToken);

    public Task RemoveAsync(string volume, bool force, CancellationToken cancellationToken) =>
        client.CallAsync(new ApiRequest("DELETE", PathOf(volume)) { Query = new Query().Add("force", force) }, cancellationToken);

    public Task<VolumePruneResponse> PruneAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.PostAsync("/volumes/prune", new Query().Add("filters", filters), DockerJson.Wire.VolumePruneResponse, cancellationToken);

    private static string PathOf(string volume) => "/volumes/" + Segment(volume);
}

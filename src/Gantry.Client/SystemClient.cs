using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Api.System;
using Gantry.Client.Http;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

/// <summary>What <c>/_ping</c> tells in its headers.</summary>
public sealed record PingResponse(string ApiVersion, string OsType, string BuilderVersion, bool Experimental);

/// <summary>Calls about the daemon as a whole.</summary>
public sealed class SystemClient(GantryClient client)
{
    public async Task<PingResponse> PingAsync(CancellationToken cancellationToken)
    {
        await using var response = await client.SendAsync(new ApiRequest("GET", "/_ping") { Versioned = false }, cancellationToken).ConfigureAwait(false);
        await response.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
        return new PingResponse(
            response.Header("Api-Version") ?? "", response.Header("Ostype") ?? "", response.Header("Builder-Version") ?? "", response.Header("Docker-Experimental") == "true");
    }

    public Task<VersionResponse> VersionAsync(CancellationToken cancellationToken) =>
        client.GetAsync("/version", null, DockerJson.Wire.VersionResponse, cancellationToken);

    public Task<SystemInfoResponse> InfoAsync(CancellationToken cancellationToken) =>
        client.GetAsync("/info", null, DockerJson.Wire.SystemInfoResponse, cancellationToken);

    /// <param name="types">Any of <c>container</c>, <c>image</c>, <c>volume</c>, <c>build-cache</c>; empty for all.</param>
    public Task<DiskUsageResponse> DiskUsageAsync(IEnumerable<string> types, CancellationToken cancellationToken) =>
        client.GetAsync("/system/df", new Query().AddAll("type", types), DockerJson.Wire.DiskUsageResponse, cancellationToken);

    /// <summary>Events as they happen, until cancelled or until <paramref name="until"/>.</summary>
    /// <param name="since">Unix seconds with an optional fraction; null for now.</param>
    public IAsyncEnumerable<EventMessage> EventsAsync(string? since, string? until, Filters? filters, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("GET", "/events") { Query = new Query().Add("since", since).Add("until", until).Add("filters", filters) },
        DockerJson.Wire.EventMessage,
        cancellationToken);

    /// <summary>Checks credentials against their registry.</summary>
    public Task<AuthResponse> AuthenticateAsync(AuthConfig auth, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("POST", "/auth") { Body = Json(auth, DockerJson.Wire.AuthConfig) }, DockerJson.Wire.AuthResponse, cancellationToken);

    /// <param name="keep">Bytes of cache to leave; 0 for none.</param>
    public Task<BuildPruneResponse> PruneBuildCacheAsync(bool all, long keep, Filters? filters, CancellationToken cancellationToken) =>
        client.PostAsync("/build/prune", new Query().Add("all", all).Add("keep-storage", keep == 0 ? null : (long?)keep).Add("reserved-space", keep == 0 ? null : (long?)keep).Add("filters", filters), DockerJson.Wire.BuildPruneResponse, cancellationToken);
}

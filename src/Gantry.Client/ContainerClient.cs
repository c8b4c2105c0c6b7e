using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Client.Http;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

/// <summary>The <c>/containers</c> calls. A container is named by its name, ID or a unique prefix of the ID.</summary>
public sealed partial class ContainerClient(GantryClient client)
{
    public Task<IReadOnlyList<ContainerSummary>> ListAsync(ContainerListOptions options, CancellationToken cancellationToken) => client.GetAsync(
        "/containers/json",
        new Query().Add("all", options.All).Add("limit", options.Limit).Add("size", options.Size).Add("filters", options.Filters),
        DockerJson.Wire.IReadOnlyListContainerSummary,
        cancellationToken);

    /// <param name="name">Null lets the daemon choose one.</param>
    /// <param name="platform">As <c>linux/amd64</c>; null for the daemon's own.</param>
    public Task<ContainerCreateResponse> CreateAsync(ContainerCreateRequest request, string? name, string? platform, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("POST", "/containers/create")
        {
            Query = new Query().Add("name", name).Add("platform", platform),
            Body = Json(request, DockerJson.Wire.ContainerCreateRequest),
        },
        DockerJson.Wire.ContainerCreateResponse,
        cancellationToken);

    public Task<ContainerInspectResponse> InspectAsync(string container, CancellationToken cancellationToken) =>
        client.GetAsync(PathOf(container, "/json"), null, DockerJson.Wire.ContainerInspectResponse, cancellationToken);

    /// <summary>The daemon's answer to inspect as it came.</summary>
    public Task<ReadOnlyMemory<byte>> InspectRawAsync(string container, bool size, CancellationToken cancellationToken) =>
        client.GetBytesAsync(PathOf(container, "/json"), new Query().Add("size", size), cancellationToken);

    public Task StartAsync(string container, string? detachKeys, CancellationToken cancellationToken) =>
        ActAsync(container, "/start", new Query().Add("detachKeys", detachKeys), cancellationToken);

    /// <param name="timeout">Seconds until SIGKILL, -1 for never, null for the container's own.</param>
    /// <param name="signal">Null for the container's own.</param>
    public Task StopAsync(string container, int? timeout, string? signal, CancellationToken cancellationToken) =>
        ActAsync(container, "/stop", new Query().Add("t", timeout).Add("signal", signal), cancellationToken);

    public Task RestartAsync(string container, int? timeout, string? signal, CancellationToken cancellationToken) =>
        ActAsync(container, "/restart", new Query().Add("t", timeout).Add("signal", signal), cancellationToken);

    public Task KillAsync(string container, string? signal, CancellationToken cancellationToken) =>
        ActAsync(container, "/kill", new Query().Add("signal", signal), cancellationToken);

    public Task PauseAsync(string container, CancellationToken cancellationToken) => ActAsync(container, "/pause", null, cancellationToken);

    public Task UnpauseAsync(string container, CancellationToken cancellationToken) => ActAsync(container, "/unpause", null, cancellationToken);

    public Task RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        ActAsync(container, "/rename", new Query().Add("name", name), cancellationToken);

    public Task ResizeAsync(string container, int height, int width, CancellationToken cancellationToken) =>
        ActAsync(container, "/resize", new Query().Add("h", height).Add("w", width), cancellationToken);

    public Task RemoveAsync(string container, ContainerRemoveOptions options, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("DELETE", PathOf(container, ""))
        {
            Query = new Query().Add("force", options.Force).Add("v", options.Volumes).Add("link", options.Link),
        },
        cancellationToken);

    /// <param name="condition"><c>not-running</c> (default), <c>next-exit</c> or <c>removed</c>.</param>
    public async Task<ContainerWaitResponse> WaitAsync(string container, string? condition, CancellationToken cancellationToken) =>
        await (await BeginWaitAsync(container, condition, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>
    /// Completes once the daemon listens for the condition; the inner task completes when it is met. So a caller can be sure
    /// to miss nothing before it starts the container.
    /// </summary>
    public async Task<Task<ContainerWaitResponse>> BeginWaitAsync(string container, string? condition, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(
            new ApiRequest("POST", PathOf(container, "/wait")) { Query = new Query().Add("condition", condition) }, cancellationToken).ConfigureAwait(false);
        return FinishAsync();

        async Task<ContainerWaitResponse> FinishAsync()
        {
            await using (response)
            {
                return await response.ReadJsonAsync(DockerJson.Wire.ContainerWaitResponse, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <param name="psArguments">Arguments of ps(1); null for <c>-ef</c>.</param>
    public Task<ContainerTopResponse> TopAsync(string container, string? psArguments, CancellationToken cancellationToken) =>
        client.GetAsync(PathOf(container, "/top"), new Query().Add("ps_args", psArguments), DockerJson.Wire.ContainerTopResponse, cancellationToken);

    public async Task<IReadOnlyList<FilesystemChange>> ChangesAsync(string container, CancellationToken cancellationToken)
    {
        await using var response = await client.SendAsync(new ApiRequest("GET", PathOf(container, "/changes")), cancellationToken).ConfigureAwait(false);
        var bytes = await response.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
        return global::System.Text.Json.JsonSerializer.Deserialize(bytes.Span, DockerJson.Wire.IReadOnlyListFilesystemChange) ?? [];
    }

    public Task<ContainerUpdateResponse> UpdateAsync(string container, ContainerUpdateRequest request, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("POST", PathOf(container, "/update")) { Body = Json(request, DockerJson.Wire.ContainerUpdateRequest) },
        DockerJson.Wire.ContainerUpdateResponse,
        cancellationToken);

    public Task<ContainerPruneResponse> PruneAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.PostAsync("/containers/prune", new Query().Add("filters", filters), DockerJson.Wire.ContainerPruneResponse, cancellationToken);

    /// <summary>Makes an image of the container and returns its ID.</summary>
    public async Task<string> CommitAsync(string container, CommitOptions options, CancellationToken cancellationToken)
    {
        var query = new Query().Add("container", container).Add("repo", options.Repository).Add("tag", options.Tag)
            .Add("comment", options.Comment).Add("author", options.Author).AddAll("changes", options.Changes).Add("pause", options.Pause ? "1" : "0");
        var response = await client.PostAsync("/commit", query, DockerJson.Wire.IdResponse, cancellationToken).ConfigureAwait(false);
        return response.Id;
    }

    private static string PathOf(string container, string action) => "/containers/" + Segment(container) + action;

    private Task ActAsync(string container, string action, Query? query, CancellationToken cancellationToken) =>
        client.CallAsync(new ApiRequest("POST", PathOf(container, action)) { Query = query }, cancellationToken);
}

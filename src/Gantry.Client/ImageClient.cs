using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Api.System;
using Gantry.Client.Http;
using static Gantry.Client.GantryClient;

namespace Gantry.Client;

public sealed record ImageListOptions
{
    public bool All { get; init; }

    public bool Digests { get; init; }

    public bool SharedSize { get; init; }

    /// <summary>With what each image has for each platform.</summary>
    public bool Manifests { get; init; }

    public Filters? Filters { get; init; }
}

/// <summary>The <c>/images</c> calls. Progress arrives line by line; a line with <c>error</c> ends the work and is the caller's to throw.</summary>
public sealed class ImageClient(GantryClient client)
{
    public Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListOptions options, CancellationToken cancellationToken) => client.GetAsync(
        "/images/json",
        new Query().Add("all", options.All).Add("digests", options.Digests).Add("shared-size", options.SharedSize).Add("manifests", options.Manifests).Add("filters", options.Filters),
        DockerJson.Wire.IReadOnlyListImageSummary,
        cancellationToken);

    public Task<ImageInspectResponse> InspectAsync(string image, CancellationToken cancellationToken) =>
        client.GetAsync($"/images/{ImagePath(image)}/json", null, DockerJson.Wire.ImageInspectResponse, cancellationToken);

    /// <summary>The daemon's answer to inspect as it came.</summary>
    /// <param name="platform">A platform as JSON: <c>{"os":"linux","architecture":"arm64"}</c>; null for the daemon's own.</param>
    public Task<ReadOnlyMemory<byte>> InspectRawAsync(string image, CancellationToken cancellationToken, string? platform = null) =>
        client.GetBytesAsync($"/images/{ImagePath(image)}/json", new Query().Add("platform", platform), cancellationToken);

    public Task<IReadOnlyList<ImageHistoryItem>> HistoryAsync(string image, CancellationToken cancellationToken) =>
        client.GetAsync($"/images/{ImagePath(image)}/history", null, DockerJson.Wire.IReadOnlyListImageHistoryItem, cancellationToken);

    public Task<IReadOnlyList<ImageDeleteItem>> RemoveAsync(string image, bool force, bool prune, CancellationToken cancellationToken) => client.ReadAsync(
        new ApiRequest("DELETE", $"/images/{ImagePath(image)}") { Query = new Query().Add("force", force).Add("noprune", !prune) },
        DockerJson.Wire.IReadOnlyListImageDeleteItem,
        cancellationToken);

    public Task TagAsync(string image, string repository, string? tag, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("POST", $"/images/{ImagePath(image)}/tag") { Query = new Query().Add("repo", repository).Add("tag", tag) }, cancellationToken);

    public Task<ImagePruneResponse> PruneAsync(Filters? filters, CancellationToken cancellationToken) =>
        client.PostAsync("/images/prune", new Query().Add("filters", filters), DockerJson.Wire.ImagePruneResponse, cancellationToken);

    public Task<IReadOnlyList<ImageSearchResult>> SearchAsync(string term, int limit, Filters? filters, CancellationToken cancellationToken) => client.GetAsync(
        "/images/search",
        new Query().Add("term", term).Add("limit", limit == 0 ? null : limit).Add("filters", filters),
        DockerJson.Wire.IReadOnlyListImageSearchResult,
        cancellationToken);

    /// <param name="repository">Without tag.</param>
    /// <param name="tag">Tag or digest; null pulls every tag.</param>
    public IAsyncEnumerable<JsonMessage> PullAsync(string repository, string? tag, string? platform, AuthConfig? auth, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("POST", "/images/create")
        {
            Query = new Query().Add("fromImage", repository).Add("tag", tag).Add("platform", platform),
            Headers = AuthHeader(auth ?? new AuthConfig()),
        },
        DockerJson.Wire.JsonMessage,
        cancellationToken);

    /// <param name="tag">Null pushes every tag.</param>
    public IAsyncEnumerable<JsonMessage> PushAsync(string repository, string? tag, AuthConfig? auth, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("POST", $"/images/{ImagePath(repository)}/push") { Query = new Query().Add("tag", tag), Headers = AuthHeader(auth ?? new AuthConfig()) },
        DockerJson.Wire.JsonMessage,
        cancellationToken);

    /// <summary>Reads images from a tar archive (docker save's, or an OCI layout).</summary>
    public IAsyncEnumerable<JsonMessage> LoadAsync(Stream tar, bool quiet, string? platform, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("POST", "/images/load")
        {
            Query = new Query().Add("quiet", quiet).Add("platform", platform),
            StreamBody = (body, stop) => tar.CopyToAsync(body, stop),
            ContentType = "application/x-tar",
        },
        DockerJson.Wire.JsonMessage,
        cancellationToken);

    /// <summary>The images as one tar archive; disposing the stream ends it.</summary>
    public Task<Stream> SaveAsync(IEnumerable<string> images, string? platform, CancellationToken cancellationToken) => client.OpenAsync(
        new ApiRequest("GET", "/images/get") { Query = new Query().AddAll("names", images).Add("platform", platform) }, cancellationToken);

    /// <summary>Makes an image of a root file system.</summary>
    /// <param name="source">A URL for the daemon to fetch, or <c>-</c> for <paramref name="tar"/>.</param>
    public IAsyncEnumerable<JsonMessage> ImportAsync(
        string source, Stream? tar, string? repository, string? tag, string? message, string? platform, IEnumerable<string> changes, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("POST", "/images/create")
        {
            Query = new Query().Add("fromSrc", source).Add("repo", repository).Add("tag", tag).Add("message", message).Add("platform", platform).AddAll("changes", changes),
            StreamBody = tar is null ? null : (body, stop) => tar.CopyToAsync(body, stop),
            ContentType = "application/x-tar",
        },
        DockerJson.Wire.JsonMessage,
        cancellationToken);

    /// <summary>Base64url of the credentials, as the <c>X-Registry-Auth</c> header carries them.</summary>
    internal static IReadOnlyDictionary<string, string> AuthHeader(AuthConfig auth) => new Dictionary<string, string>
    {
        ["X-Registry-Auth"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(auth, DockerJson.Wire.AuthConfig)).Replace('+', '-').Replace('/', '_'),
    };
}

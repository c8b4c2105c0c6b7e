using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>One repository of a registry (distribution-spec): manifests here, blobs in its other parts.</summary>
internal sealed partial class RemoteRepository(RegistryConnection connection, string name, bool push, RegistryOptions options)
{
    private const int ManifestLimit = 8 << 20;
    private const string SchemaOne = "application/vnd.docker.distribution.manifest.v1";

    private static readonly string[] ManifestTypes = [MediaTypes.OciIndex, MediaTypes.DockerManifestList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    private readonly string[] scopes = [$"repository:{name}:{(push ? "pull,push" : "pull")}"];

    public string Host => connection.Endpoint.Host;

    /// <summary>What a tag stands for, without downloading it; null when it is not there.</summary>
    public async Task<Descriptor?> FindManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(() => Request(HttpMethod.Head, tagOrDigest), scopes, [HttpStatusCode.NotFound], cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode && DigestHeader(response) is { } digest
            ? new Descriptor(MediaType(response) ?? "", digest, response.Content.Headers.ContentLength ?? 0) : null;
    }

    /// <exception cref="RegistryException">It is not there, not what its digest says, or of a kind that is not supported.</exception>
    public async Task<RemoteManifest> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(() => Request(HttpMethod.Get, tagOrDigest), scopes, [], cancellationToken).ConfigureAwait(false);
        var mediaType = MediaType(response);
        if (mediaType?.StartsWith(SchemaOne, StringComparison.Ordinal) is true)
        {
            throw Unsupported();
        }

        var bytes = await BoundedContent.ReadAsync(response, ManifestLimit, cancellationToken).ConfigureAwait(false)
            ?? throw new RegistryException($"manifest {tagOrDigest} is longer than {ManifestLimit} bytes, or broke off");
        var digest = Digest.Of(bytes);
        var expected = Digest.TryParse(tagOrDigest, null, out var asked) ? asked : DigestHeader(response);
        if (expected is { } wanted && wanted != digest)
        {
            throw new RegistryException($"manifest verification failed for digest {wanted}");
        }

        var document = Parse(bytes);
        if (document.SchemaVersion == 1)
        {
            throw Unsupported();
        }

        mediaType = document.MediaType ?? (ManifestTypes.Contains(mediaType) ? mediaType : null) ?? (document.Manifests is null ? MediaTypes.OciManifest : MediaTypes.OciIndex);
        return new RemoteManifest(new Descriptor(mediaType, digest, bytes.Length), bytes, document);
    }

    public async Task PutManifestAsync(string tagOrDigest, string mediaType, byte[] bytes, CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, Resolve($"manifests/{tagOrDigest}"))
            {
                Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
            },
            scopes, [], cancellationToken).ConfigureAwait(false);
        if (DigestHeader(response) is { } digest && digest != Digest.Of(bytes))
        {
            throw new RegistryException($"the registry stored {tagOrDigest} as {digest}, not as {Digest.Of(bytes)}");
        }
    }

    /// <summary>All tags, page by page.</summary>
    public async Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken)
    {
        List<string> tags = [];
        for (var page = Resolve("tags/list"); page is not null;)
        {
            var uri = page;
            using var response = await connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, uri), scopes, [], cancellationToken).ConfigureAwait(false);
            var body = await BoundedContent.ReadAsync(response, ManifestLimit, cancellationToken).ConfigureAwait(false);
            tags.AddRange((body is null ? null : RegistryJson.TryRead(body, RegistryJson.Default.TagsDocument))?.Tags ?? []);
            page = response.Headers.TryGetValues("Link", out var links) && NextLink().Match(links.First()) is { Success: true } next
                && new Uri(uri, next.Groups["uri"].Value) is var following && following != uri ? following : null;
        }

        return tags;
    }

    private static Manifest Parse(byte[] bytes)
    {
        try
        {
            return Manifest.Parse(bytes);
        }
        catch (GantryException e)
        {
            throw new RegistryException(e.Message, innerException: e);
        }
    }

    private static RegistryException Unsupported() => new(
        "the image's manifest is of version 2, schema 1, which is no longer supported: it has to be pushed again by a current client (https://docs.docker.com/go/deprecated-image-specs/)");

    private HttpRequestMessage Request(HttpMethod method, string tagOrDigest)
    {
        var request = new HttpRequestMessage(method, Resolve($"manifests/{tagOrDigest}"));
        foreach (var type in ManifestTypes)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        return request;
    }

    private Uri Resolve(string path) => connection.Endpoint.Resolve($"{name}/{path}");

    private static string? MediaType(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType;

    private static Digest? DigestHeader(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), null, out var digest) ? digest : null;

    [GeneratedRegex("""<(?<uri>[^>]+)>\s*;.*rel="?next"?""")]
    private static partial Regex NextLink();
}

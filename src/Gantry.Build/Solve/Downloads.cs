using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Gantry.Build.Cache;
using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Solve;

/// <summary>A remote source of ADD. The file is fetched only when a step needs it.</summary>
/// <param name="Path">Where it was downloaded to, or null when the server said that it is unchanged.</param>
internal sealed record Download(Digest Digest, DateTimeOffset? Modified, string? Path);

/// <summary>Fetches http and https sources.</summary>
internal sealed class Downloads(StepCache cache)
{
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("gantry", "0.1") } } };

    /// <summary>The name that a URL's file has in a directory.</summary>
    public static string FileName(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && Files.SlashPath.Name(uri.AbsolutePath.TrimEnd('/')) is { Length: > 0 } name ? Uri.UnescapeDataString(name).Replace('/', '_') : "__unnamed__";

    /// <summary>
    /// Finds a URL's content digest: from <paramref name="checksum"/> without asking, else by asking the server whether what is
    /// known still holds, else by downloading into <paramref name="directory"/>.
    /// </summary>
    public async Task<Download> FindAsync(string url, Digest? checksum, string directory, bool force, CancellationToken cancellationToken)
    {
        var known = cache.FindDownload(url);
        if (!force && checksum is { } expected)
        {
            return new Download(expected, known?.Modified, null);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = UrlCredentials.HeaderOf(request.RequestUri!);
        if (!force && known is not null)
        {
            if (known.ETag is { } tag)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            }
            else
            {
                request.Headers.IfModifiedSince = known.Modified;
            }
        }

        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
        {
            return new Download(Digest.Parse(known.Digest), known.Modified, null);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw GantryException.Invalid($"invalid response status {(int)response.StatusCode}");
        }

        return await SaveAsync(url, response, checksum, directory, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new GantryException(ErrorKind.Unavailable, $"failed to load cache key: Get {GoText.Quote(UrlCredentials.Redact(request.RequestUri!.ToString()))}: {e.Message}", e);
        }
    }

    private async Task<Download> SaveAsync(string url, HttpResponseMessage response, Digest? checksum, string directory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false))
        using (var file = File.Create(path))
        {
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }

        var digest = Digest.FromHash(hash.GetHashAndReset());
        if (checksum is { } expected && expected != digest)
        {
            throw GantryException.Invalid($"digest mismatch {digest}: {expected}");
        }

        var modified = response.Content.Headers.LastModified;
        cache.PutDownload(url, new DownloadRecord { Digest = digest.ToString(), ETag = response.Headers.TryGetValues("ETag", out var tags) ? tags.First() : null, Modified = modified });
        return new Download(digest, modified, path);
    }
}

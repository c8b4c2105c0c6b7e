using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>A repository that a search found.</summary>
public sealed record SearchResult(string Name, string Description, int Stars, bool IsOfficial);

/// <summary><c>docker search</c>: the <c>/v1/search</c> of an index, which Docker Hub and some registries still have.</summary>
public sealed class RegistrySearch(RegistryOptions options)
{
    private static readonly Uri HubIndex = new("https://index.docker.io");
    private readonly EndpointResolver endpoints = new(options);

    /// <param name="term">Begins with a host and a slash to search another index than Docker Hub's.</param>
    /// <param name="limit">At most so many, 1 to 100.</param>
    /// <exception cref="GantryException">InvalidArgument for a term with a scheme; Internal in Docker's words when the index is not reached or answers with an error.</exception>
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        if (term.Contains("://", StringComparison.Ordinal))
        {
            throw GantryException.Invalid($"invalid repository name: repository name ({term}) should not have a scheme");
        }

        var (index, words) = Split(term);
        for (var candidate = 0; ; candidate++)
        {
            try
            {
                return await AskAsync(index[candidate], words, limit, credentials, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e) when (e.Unreachable && candidate + 1 < index.Count)
            {
                // An insecure registry is tried without TLS, too.
            }
            catch (RegistryException e)
            {
                throw new GantryException(e.Status is System.Net.HttpStatusCode.Unauthorized ? ErrorKind.Unauthorized : ErrorKind.Internal, e.Message, e);
            }
        }
    }

    private (IReadOnlyList<RegistryEndpoint> Index, string Words) Split(string term)
    {
        var slash = term.IndexOf('/');
        var host = slash < 0 ? "" : term[..slash];
        if (host != "localhost" && !host.AsSpan().ContainsAny('.', ':'))
        {
            return ([new RegistryEndpoint(HubIndex)], term.StartsWith("library/", StringComparison.Ordinal) ? term["library/".Length..] : term);
        }

        return host is "docker.io" or "index.docker.io" ? ([new RegistryEndpoint(HubIndex)], term[(slash + 1)..]) : (endpoints.Resolve(host, pull: false), term[(slash + 1)..]);
    }

    private async Task<IReadOnlyList<SearchResult>> AskAsync(RegistryEndpoint index, string words, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        using var transport = new Transport(index, options);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(index.Address, $"/v1/search?q={Uri.EscapeDataString(words)}&n={limit}"));
        request.Headers.Add("X-Docker-Token", "true");
        if (credentials is { Username.Length: > 0, Password: { } password })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{password}")));
        }

        using var response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new RegistryException($"Unexpected status code {(int)response.StatusCode}") { Status = response.StatusCode };
        }

        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return [.. document.RootElement.GetProperty("results").EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RegistryException($"error decoding registry search results: {e.Message}", innerException: e);
        }
    }

    private static SearchResult Read(JsonElement row) => new(Text(row, "name"), Text(row, "description"), Number(row), row.TryGetProperty("is_official", out var official) && official.ValueKind == JsonValueKind.True);

    private static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int Number(JsonElement row) => row.TryGetProperty("star_count", out var value) && value.TryGetInt32(out var number) ? number : 0;
}

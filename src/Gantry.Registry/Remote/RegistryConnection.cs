using System.Net;
using System.Net.Http.Headers;

namespace Gantry.Registry;

/// <summary>One user's talk with one endpoint: authenticated, redirected, tried again.</summary>
internal sealed class RegistryConnection(RegistryEndpoint endpoint, Transport transport, Authenticator authenticator, RetryPolicy retries) : IDisposable
{
    private const int MaxRedirects = 10;

    public RegistryEndpoint Endpoint => endpoint;

    /// <summary>Asks <c>/v2/</c>, and learns how the registry wants to be authenticated to.</summary>
    /// <exception cref="RegistryException">Nothing answers, or not as a registry does.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => retries.RunAsync(
        async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.Resolve(""));
            using var response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            authenticator.Learn(Challenge.Read(response.Headers));
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Unauthorized
                ? true : throw await ErrorResponses.ReadAsync(response, cancellationToken).ConfigureAwait(false);
        },
        null, cancellationToken);

    /// <summary>The answer to <c>/v2/</c> with credentials.</summary>
    public Task<HttpResponseMessage> AuthenticateAsync(CancellationToken cancellationToken) =>
        SendOnceAsync(() => new HttpRequestMessage(HttpMethod.Get, endpoint.Resolve("")), [], cancellationToken);

    public Task<string?> IdentityTokenAsync(CancellationToken cancellationToken) => authenticator.IdentityTokenAsync(cancellationToken);

    /// <summary>Sends until the answer is a success or one of <paramref name="accepted"/>; the caller disposes it.</summary>
    /// <exception cref="RegistryException">Any other answer, or none.</exception>
    public Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, IReadOnlyList<HttpStatusCode> accepted, CancellationToken cancellationToken) => retries.RunAsync(
        _ => SendExpectingAsync(make, scopes, accepted, cancellationToken), null, cancellationToken);

    /// <summary>The same, once: for bodies that their sender retries itself.</summary>
    public async Task<HttpResponseMessage> SendExpectingAsync(
        Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, IReadOnlyList<HttpStatusCode> accepted, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(make, scopes, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || accepted.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            throw await ErrorResponses.ReadAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => authenticator.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        for (var fresh = false; ; fresh = true)
        {
            var header = await authenticator.HeaderAsync(scopes, fresh, cancellationToken).ConfigureAwait(false);
            var response = await FollowAsync(make, header, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized || fresh || response.Headers.WwwAuthenticate.Count == 0)
            {
                return response;
            }

            // A token that expired or lacks a scope; a second refusal is an answer.
            authenticator.Learn(Challenge.Read(response.Headers));
            response.Dispose();
        }
    }

    // Blobs are often elsewhere: whoever that is gets no credentials.
    private async Task<HttpResponseMessage> FollowAsync(Func<HttpRequestMessage> make, AuthenticationHeaderValue? header, CancellationToken cancellationToken)
    {
        Uri? location = null;
        for (var hops = 0; ; hops++)
        {
            using var request = make();
            request.RequestUri = location ?? request.RequestUri!;
            request.Headers.Authorization = IsOurs(request.RequestUri) ? header : null;
            var response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } next || !(request.Method == HttpMethod.Get || request.Method == HttpMethod.Head))
            {
                return response;
            }

            response.Dispose();
            location = new Uri(request.RequestUri, next);
            if (hops == MaxRedirects || location.Scheme is not ("http" or "https"))
            {
                throw new RegistryException($"Get \"{location}\": stopped after {hops + 1} redirects");
            }
        }
    }

    private bool IsOurs(Uri uri) => uri.Scheme == endpoint.Address.Scheme && uri.Authority == endpoint.Address.Authority;

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>
/// Answers a registry's challenges for one user: basic authentication, or bearer tokens from the realm it names, kept until
/// shortly before they expire.
/// </summary>
internal sealed class Authenticator(Transport transport, RegistryCredentials credentials, TimeProvider time) : IDisposable
{
    private const string ClientId = "docker";
    private const int TokenLimit = 1 << 20;

    // Docker's assumption when a token server does not say (distribution token specification).
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, (string Token, DateTimeOffset Expires)> tokens = [];
    private readonly SemaphoreSlim turn = new(1);
    private IReadOnlyList<Challenge> challenges = [];

    /// <summary>What the registry said when it refused; scopes it names are used beside our own.</summary>
    public void Learn(IReadOnlyList<Challenge> received) => challenges = received;

    /// <param name="scopes">Such as <c>repository:library/debian:pull</c>.</param>
    /// <param name="fresh">Whether a kept token was just refused.</param>
    /// <exception cref="RegistryException">The token server refused, or the registry wants credentials and there are none.</exception>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(IReadOnlyList<string> scopes, bool fresh, CancellationToken cancellationToken)
    {
        if (credentials.RegistryToken is { Length: > 0 } given)
        {
            return new AuthenticationHeaderValue("Bearer", given);
        }

        var known = challenges;
        if (known.FirstOrDefault(challenge => challenge.IsBearer) is { } bearer)
        {
            return new AuthenticationHeaderValue("Bearer", await TokenAsync(bearer, scopes, fresh, cancellationToken).ConfigureAwait(false));
        }

        return known.Any(challenge => challenge.IsBasic)
            ? credentials.HasPassword ? Basic() : throw new RegistryException("no basic auth credentials") { Status = HttpStatusCode.Unauthorized }
            : null;
    }

    /// <summary>A login's exchange of password for a refresh token; null when the server gives none.</summary>
    public async Task<string?> IdentityTokenAsync(CancellationToken cancellationToken) =>
        challenges.FirstOrDefault(challenge => challenge.IsBearer) is { } bearer
            ? (await FetchAsync(bearer, [], offline: true, cancellationToken).ConfigureAwait(false)).RefreshToken : null;

    public void Dispose() => turn.Dispose();

    private async Task<string> TokenAsync(Challenge bearer, IReadOnlyList<string> scopes, bool fresh, CancellationToken cancellationToken)
    {
        string[] wanted = [.. scopes.Union(bearer["scope"] is { Length: > 0 } named && scopes.Count > 0 ? named.Split(' ') : [])];
        var key = string.Join(' ', wanted);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!fresh && tokens.TryGetValue(key, out var kept) && kept.Expires > time.GetUtcNow())
            {
                return kept.Token;
            }

            var answer = await FetchAsync(bearer, wanted, offline: false, cancellationToken).ConfigureAwait(false);
            var token = answer.Token ?? answer.AccessToken ?? throw new RegistryException("authorization server did not include a token in the response");
            var lifetime = answer.ExpiresIn is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : DefaultLifetime;
            tokens[key] = (token, time.GetUtcNow() + (lifetime * 0.8));
            return token;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<TokenDocument> FetchAsync(Challenge bearer, IReadOnlyList<string> scopes, bool offline, CancellationToken cancellationToken)
    {
        using var request = credentials.IdentityToken is { Length: > 0 } refresh ? Refreshing(bearer, scopes, refresh) : Asking(bearer, scopes, offline);
        using var response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var error = await ErrorResponses.ReadAsync(response, cancellationToken).ConfigureAwait(false);
            throw response.StatusCode == HttpStatusCode.Unauthorized && error.Code is null && credentials.HasPassword
                ? new RegistryException("unauthorized: incorrect username or password") { Status = HttpStatusCode.Unauthorized }
                : error;
        }

        return await BoundedContent.ReadAsync(response, TokenLimit, cancellationToken).ConfigureAwait(false) is { } body
            && RegistryJson.TryRead(body, RegistryJson.Default.TokenDocument) is { } document
            ? document : throw new RegistryException("unable to decode token response", retryable: true);
    }

    private HttpRequestMessage Asking(Challenge bearer, IReadOnlyList<string> scopes, bool offline)
    {
        List<KeyValuePair<string, string>> query = [.. scopes.Select(scope => KeyValuePair.Create("scope", scope))];
        Add(query, "service", bearer["service"]);
        if (offline)
        {
            Add(query, "offline_token", "true");
            Add(query, "client_id", ClientId);
        }

        if (credentials.HasPassword)
        {
            Add(query, "account", credentials.Username);
        }

        var realm = RealmOf(bearer);
        var text = string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{text}" : text }.Uri);
        request.Headers.Authorization = credentials.HasPassword ? Basic() : null;
        return request;
    }

    private static HttpRequestMessage Refreshing(Challenge bearer, IReadOnlyList<string> scopes, string refreshToken)
    {
        List<KeyValuePair<string, string>> form = [];
        Add(form, "grant_type", "refresh_token");
        Add(form, "refresh_token", refreshToken);
        Add(form, "client_id", ClientId);
        Add(form, "service", bearer["service"]);
        Add(form, "scope", string.Join(' ', scopes));
        return new HttpRequestMessage(HttpMethod.Post, RealmOf(bearer)) { Content = new FormUrlEncodedContent(form) };
    }

    private static Uri RealmOf(Challenge bearer) =>
        Uri.TryCreate(bearer["realm"], UriKind.Absolute, out var realm) && (realm.Scheme is "http" or "https")
            ? realm : throw new RegistryException($"invalid token realm: {bearer["realm"]}");

    private static void Add(List<KeyValuePair<string, string>> list, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            list.Add(KeyValuePair.Create(key, value));
        }
    }

    private AuthenticationHeaderValue Basic() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));
}

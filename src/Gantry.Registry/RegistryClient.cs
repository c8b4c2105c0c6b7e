using System.Collections.Concurrent;
using System.Net;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>Reaches registries: finds their addresses, authenticates, keeps connections.</summary>
public sealed partial class RegistryClient : IDisposable
{
    private readonly EndpointResolver endpoints;
    private readonly ConcurrentDictionary<RegistryEndpoint, Transport> transports = new();
    private readonly RetryPolicy retries;

    public RegistryClient(RegistryOptions options)
    {
        Options = options;
        endpoints = new EndpointResolver(options);
        retries = new RetryPolicy(options);
    }

    public RegistryOptions Options { get; }

    /// <summary><c>docker login</c>: checks credentials. Returns an identity token where the registry gives one.</summary>
    /// <param name="server">Host with optional port, or a URL of it; Docker Hub when empty.</param>
    /// <exception cref="GantryException">Unauthorized: refused; Internal: not reached.</exception>
    public async Task<string?> LoginAsync(string server, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            return await WithEndpointAsync(DomainOf(server), credentials, pull: false, (connection, _) => LoginAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw new GantryException(e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ErrorKind.Unauthorized : ErrorKind.Internal, e.Message, e);
        }
    }

    /// <summary>What a reference stands for in its registry, and the platforms there.</summary>
    /// <exception cref="GantryException">NotFound; Unauthorized; Internal.</exception>
    public async Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            return await WithRepositoryAsync(reference, credentials, pull: true, async repository =>
            {
                var manifest = await repository.GetManifestAsync(reference.Digest?.ToString() ?? reference.WithDefaultTag().Tag!, cancellationToken).ConfigureAwait(false);
                return (manifest.Descriptor, await PlatformsAsync(repository, manifest, cancellationToken).ConfigureAwait(false));
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw PullErrors.Translate(e, reference);
        }
    }

    public void Dispose()
    {
        foreach (var transport in transports.Values)
        {
            transport.Dispose();
        }
    }

    /// <summary>Runs <paramref name="work"/> on the first endpoint that answers; a mirror that fails is passed over.</summary>
    internal Task<T> WithRepositoryAsync<T>(
        ImageReference reference, RegistryCredentials credentials, bool pull, Func<RemoteRepository, Task<T>> work, CancellationToken cancellationToken) => WithEndpointAsync(
        reference.Domain, credentials, pull, (connection, _) => work(new RemoteRepository(connection, reference.Path, !pull, Options)), cancellationToken);

    private async Task<T> WithEndpointAsync<T>(
        string domain, RegistryCredentials credentials, bool pull, Func<RegistryConnection, RegistryEndpoint, Task<T>> work, CancellationToken cancellationToken)
    {
        var candidates = endpoints.Resolve(domain, pull);
        for (var index = 0; ; index++)
        {
            var endpoint = candidates[index];
            var transport = transports.GetOrAdd(endpoint, e => new Transport(e, Options));

            // A mirror is somebody else: it does not get the user's password for Docker Hub.
            using var connection = new RegistryConnection(
                endpoint, transport, new Authenticator(transport, endpoint.IsMirror ? RegistryCredentials.Anonymous : credentials, TimeProvider.System), retries);
            try
            {
                await connection.PingAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection, endpoint).ConfigureAwait(false);
            }
            catch (RegistryException e) when (index + 1 < candidates.Count && (e.Unreachable || endpoint.IsMirror))
            {
                // The next one may do; the last one's failure is the one to tell.
            }
        }
    }

    private static async Task<string?> LoginAsync(RegistryConnection connection, CancellationToken cancellationToken)
    {
        using var response = await connection.AuthenticateAsync(cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? await connection.IdentityTokenAsync(cancellationToken).ConfigureAwait(false)
            : throw new RegistryException($"login attempt to {connection.Endpoint.Resolve("")} failed with status: {(int)response.StatusCode} {response.ReasonPhrase}") { Status = response.StatusCode };
    }

    private static async Task<IReadOnlyList<Platform>> PlatformsAsync(RemoteRepository repository, RemoteManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Document.Manifests is { } children)
        {
            return [.. children.Select(child => child.Platform).OfType<Platform>()];
        }

        if (manifest.Document.Config is not { } config)
        {
            return [];
        }

        var image = ImageConfig.Parse(await repository.GetBlobAsync(config, cancellationToken).ConfigureAwait(false));
        return [new Platform(image.Os, image.Architecture, image.Variant)];
    }

    private static string DomainOf(string server)
    {
        var rest = server.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? server[(scheme + 3)..] : server;
        var host = rest.Split('/')[0];
        return host.Length == 0 ? "docker.io" : host;
    }
}

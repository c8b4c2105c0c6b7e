using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Client.Builds;
using Gantry.Client.Http;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Client;

/// <summary>
/// A client of the Docker Engine API, ours or Docker's own. Every failed call throws <see cref="GantryException"/> with the
/// daemon's message and the kind that its status stands for; an unreachable daemon is <see cref="ErrorKind.Unavailable"/>.
/// </summary>
public sealed class GantryClient : IDisposable
{
    private readonly Transport transport;

    public GantryClient(DaemonEndpoint endpoint)
    {
        Endpoint = endpoint;
        transport = new Transport(endpoint);
        Containers = new ContainerClient(this);
        Exec = new ExecClient(this);
        Images = new ImageClient(this);
        Networks = new NetworkClient(this);
        Volumes = new VolumeClient(this);
        System = new SystemClient(this);
        Builds = new BuildClient(this);
    }

    public DaemonEndpoint Endpoint { get; }

    public ContainerClient Containers { get; }

    public ExecClient Exec { get; }

    public ImageClient Images { get; }

    public NetworkClient Networks { get; }

    public VolumeClient Volumes { get; }

    public SystemClient System { get; }

    public BuildClient Builds { get; }

    /// <summary>The daemon that <paramref name="host"/> or the environment names.</summary>
    public static GantryClient FromEnvironment(string? host = null) => new(DaemonEndpoint.FromEnvironment(host));

    /// <summary>Any call, for what has no typed method; the caller disposes the answer.</summary>
    public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken) => transport.SendAsync(request, cancellationToken);

    /// <summary>A call whose connection becomes a raw stream.</summary>
    public Task<HijackedStream> HijackAsync(ApiRequest request, CancellationToken cancellationToken) => transport.HijackAsync(request, cancellationToken);

    /// <summary>A connection of its own, before any request.</summary>
    /// <exception cref="GantryException">The daemon is not there.</exception>
    public async Task<RawConnection> DialAsync(CancellationToken cancellationToken) => new(await Connector.ConnectAsync(Endpoint, cancellationToken).ConfigureAwait(false));

    public void Dispose() => transport.Dispose();

    internal static ReadOnlyMemory<byte> Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    internal Task<T> GetAsync<T>(string path, Query? query, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new ApiRequest("GET", path) { Query = query }, type, cancellationToken);

    internal Task<T> PostAsync<T>(string path, Query? query, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new ApiRequest("POST", path) { Query = query }, type, cancellationToken);

    internal async Task<T> ReadAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await response.ReadJsonAsync(type, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<ReadOnlyMemory<byte>> GetBytesAsync(string path, Query? query, CancellationToken cancellationToken)
    {
        await using var response = await SendAsync(new ApiRequest("GET", path) { Query = query }, cancellationToken).ConfigureAwait(false);
        return await response.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends and drops the answer's body.</summary>
    internal async Task CallAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        await using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        await response.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
    }

    internal async IAsyncEnumerable<T> LinesAsync<T>(
        ApiRequest request, JsonTypeInfo<T> type, [global::System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        await foreach (var line in JsonLines.ReadAsync(response.Body, type, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <summary>The answer's body as a stream that owns the connection.</summary>
    internal async Task<Stream> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        (await SendAsync(request, cancellationToken).ConfigureAwait(false)).Body;

    /// <summary>One path segment; a container name's leading slash is dropped.</summary>
    internal static string Segment(string name) => Uri.EscapeDataString(name.TrimStart('/'));

    /// <summary>An image name: slashes, colons and the digest's <c>@</c> stay as they are.</summary>
    internal static string ImagePath(string name) => Uri.EscapeDataString(name).Replace("%2F", "/").Replace("%3A", ":").Replace("%40", "@");
}

using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Api;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>
/// HTTP/1.1 to one daemon: pooled connections, the API version negotiated on first use, errors as
/// <see cref="GantryException"/>. Written by hand because a command line call is one request on a Unix socket, and
/// because hijacked connections need the raw bytes.
/// </summary>
internal sealed class Transport(DaemonEndpoint endpoint) : IDisposable
{
    private static readonly Version Newest = new(1, 51);

    private readonly ConcurrentBag<HttpConnection> idle = [];
    private readonly SemaphoreSlim negotiation = new(1);
    private string? prefix = Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } fixedVersion ? "/v" + fixedVersion : null;

    private string Host => endpoint is { SocketPath: null, Ssh: false } ? $"{endpoint.Host}:{endpoint.Port}" : "api.moby.localhost";

    /// <summary>Sends and returns the answer once its head is there.</summary>
    /// <exception cref="GantryException">The status is 400 or above, or the daemon is not there.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var target = await TargetAsync(request, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // A body that can be sent only once goes over a new connection: a pooled one may have been closed while it was idle.
            var connection = request.StreamBody is null && idle.TryTake(out var pooled) ? pooled : await OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await ExchangeAsync(connection, request, target, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (connection.Used && e is IOException && !cancellationToken.IsCancellationRequested)
            {
                // The daemon closed an idle connection; nothing of this request was answered, so ask again.
                connection.Dispose();
            }
            catch (GantryException)
            {
                throw; // An answer like any other: its connection is already back in the pool, or closed.
            }
            catch (Exception e)
            {
                connection.Dispose();
                if (e is IOException)
                {
                    throw new GantryException(ErrorKind.Unavailable, $"error during connect: {e.Message}", e);
                }

                throw;
            }
        }
    }

    /// <summary>Sends on a connection of its own and takes it over when the daemon agrees (101 or 200).</summary>
    public async Task<HijackedStream> HijackAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var target = await TargetAsync(request, cancellationToken).ConfigureAwait(false);
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.WriteAsync(request, target, Host, upgrade: true, cancellationToken).ConfigureAwait(false);
            var head = await connection.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            if (head.Status is not (101 or 200))
            {
                await using var body = new ResponseBody(connection, head, empty: false, Release);
                throw await FailureAsync(head, body, cancellationToken).ConfigureAwait(false);
            }

            return new HijackedStream(connection, head.Header("Content-Type"));
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (e is IOException)
            {
                throw new GantryException(ErrorKind.Unavailable, $"error during connect: {e.Message}", e);
            }

            throw;
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        negotiation.Dispose();
    }

    private async Task<ApiResponse> ExchangeAsync(HttpConnection connection, ApiRequest request, string target, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(request, target, Host, upgrade: false, cancellationToken).ConfigureAwait(false);
        Task? sending = null;
        CancellationTokenSource? stopSending = null;
        if (request.StreamBody is { } write)
        {
            stopSending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            sending = SendBodyAsync(connection, write, stopSending.Token);
        }

        var head = await ReadHeadAsync(connection, sending, cancellationToken).ConfigureAwait(false);
        var empty = request.Method == "HEAD" || head.Status is 204 or 304;
        var body = new ResponseBody(connection, head, empty, sending is null ? Release : (c, _) => Release(c, false));
        if (head.Status < 400)
        {
            if (sending is null)
            {
                body.ReleaseIfEmpty();
            }

            return new ApiResponse(head, body, sending, stopSending);
        }

        await using var failed = new ApiResponse(head, body, sending, stopSending);
        throw await FailureAsync(head, body, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SendBodyAsync(HttpConnection connection, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var body = new ChunkedWriteStream(connection.Stream);
        await write(body, cancellationToken).ConfigureAwait(false);
        await body.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    // The daemon may answer before it has read the whole body, most of all when it refuses; then the answer counts, not the broken pipe.
    private static async Task<ResponseHead> ReadHeadAsync(HttpConnection connection, Task? sending, CancellationToken cancellationToken)
    {
        var reading = connection.ReadHeadAsync(cancellationToken);
        if (sending is not null && await Task.WhenAny(reading, sending).ConfigureAwait(false) == sending && sending.IsFaulted
            && sending.Exception!.InnerException is not IOException { InnerException: System.Net.Sockets.SocketException })
        {
            connection.Dispose();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await sending.ConfigureAwait(false);
        }

        return await reading.ConfigureAwait(false);
    }

    private async Task<HttpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        return new HttpConnection(await Connector.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false));
    }

    private void Release(HttpConnection connection, bool reusable)
    {
        if (reusable)
        {
            connection.Used = true;
            idle.Add(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    private async Task<string> TargetAsync(ApiRequest request, CancellationToken cancellationToken) =>
        (request.Versioned ? await NegotiateAsync(cancellationToken).ConfigureAwait(false) : "") + request.Path + request.Query;

    private async Task<string> NegotiateAsync(CancellationToken cancellationToken)
    {
        if (prefix is { } known)
        {
            return known;
        }

        await negotiation.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (prefix is null)
            {
                await using var response = await SendAsync(new ApiRequest("GET", "/_ping") { Versioned = false }, cancellationToken).ConfigureAwait(false);
                await response.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
                var offered = Version.TryParse(response.Header("Api-Version"), out var version) ? version : Newest;
                prefix = "/v" + (offered < Newest ? offered : Newest);
            }

            return prefix;
        }
        finally
        {
            negotiation.Release();
        }
    }

    private static async Task<GantryException> FailureAsync(ResponseHead head, Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        var text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        var message = text.Trim();
        try
        {
            message = text.StartsWith('{') ? JsonSerializer.Deserialize(text, DockerJson.Wire.ErrorResponse)?.Message ?? message : message;
        }
        catch (JsonException)
        {
            // Not the daemon's own error (a proxy's page, say): show it as it came.
        }

        return DaemonError.Create(KindOf(head.Status), head.Status, message.Length == 0 ? head.Status == 501 ? "not implemented" : $"request returned {head.Status}" : message);
    }

    private static ErrorKind KindOf(int status) => status switch
    {
        400 => ErrorKind.InvalidArgument,
        401 => ErrorKind.Unauthorized,
        403 => ErrorKind.Forbidden,
        404 => ErrorKind.NotFound,
        409 => ErrorKind.Conflict,
        501 => ErrorKind.NotImplemented,
        503 => ErrorKind.Unavailable,
        _ => ErrorKind.Internal,
    };
}

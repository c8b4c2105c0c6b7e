using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Core;

namespace Gantry.Plugins;

/// <summary>One program that speaks Docker's plugin protocol: POST of JSON to <c>/Interface.Method</c>.</summary>
public sealed class Plugin : IDisposable
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/vnd.docker.plugins.v1.2+json");
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)];
    private readonly HttpClient http;

    internal Plugin(string name, PluginAddress address, TimeSpan timeout)
    {
        Name = name;
        Address = address;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10) };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }

        http = new HttpClient(handler) { BaseAddress = address.Url, Timeout = timeout };
    }

    public string Name { get; }

    /// <summary>What its activation promised: <c>VolumeDriver</c>, <c>authz</c>, <c>NetworkDriver</c>, <c>IpamDriver</c>.</summary>
    public IReadOnlyList<string> Implements { get; internal set; } = [];

    internal PluginAddress Address { get; }

    /// <summary>One call. Its error member is the caller's to read.</summary>
    /// <param name="missing">What a plugin without this method answers; null: that is an error.</param>
    /// <exception cref="GantryException">Internal: it is not reached, or answers with a status, <c>VolumeDriver.Mount: reason</c>.</exception>
    internal async Task<TAnswer> CallAsync<TRequest, TAnswer>(
        string method, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken, TAnswer? missing = null)
        where TAnswer : class
    {
        try
        {
            using var response = await SendAsync(method, JsonSerializer.SerializeToUtf8Bytes(request, requestType), cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (missing is not null && response.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return missing;
            }

            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, answerType) ?? throw new JsonException("the answer is null")
                : throw new GantryException(ErrorKind.Internal, $"{method}: {ReadError(body)}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = error.InnerException is SocketException socket ? socket.Message : error is OperationCanceledException ? "the plugin does not answer in time" : error.Message;
            throw new GantryException(ErrorKind.Internal, $"Post \"{http.BaseAddress}{method}\": {reason}", error);
        }
    }

    public void Dispose() => http.Dispose();

    // A connection that fails is tried again, as Docker does: a plugin may just close an idle one or have a full queue.
    private async Task<HttpResponseMessage> SendAsync(string method, byte[] body, CancellationToken cancellationToken)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                return await PostAsync(method, body, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }

        return await PostAsync(method, body, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> PostAsync(string method, byte[] body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, method);
        message.Content = new ByteArrayContent(body);
        message.Content.Headers.ContentType = ContentType;
        message.Headers.TryAddWithoutValidation("Accept", ContentType.MediaType);
        return await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string ReadError(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PluginJson.Default.PluginError)?.Err is { Length: > 0 } error ? error : System.Text.Encoding.UTF8.GetString(body);
        }
        catch (JsonException)
        {
            return System.Text.Encoding.UTF8.GetString(body).Trim();
        }
    }
}

using System.Net.Sockets;
using System.Security.Authentication;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>Sends requests to one endpoint, or to where it redirects, and translates what goes wrong on the way.</summary>
internal sealed class Transport : IDisposable
{
    private readonly HttpMessageInvoker invoker;
    private readonly RegistryOptions options;

    public Transport(RegistryEndpoint endpoint, RegistryOptions options)
    {
        this.options = options;
        var loopback = endpoint.Address.IsLoopback;
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !loopback,
            ConnectCallback = new Dialer(options.ConnectTimeout).ConnectAsync,
            // The dialer's own limit comes first and has the better words; this one is for TLS.
            ConnectTimeout = options.ConnectTimeout + TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            SslOptions = HostCertificates.Options(endpoint, options.CertificateDirectories),
        });
    }

    /// <summary>Headers of the answer; the caller disposes it. The time to send a body is not limited here.</summary>
    /// <exception cref="RegistryException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.ParseAdd(options.UserAgent);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Content is null)
        {
            limit.CancelAfter(options.StallTimeout);
        }

        try
        {
            return await invoker.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(request, e);
        }
    }

    public void Dispose() => invoker.Dispose();

    // As Go's net/http words it: Get "https://host/v2/": dial tcp: lookup host: no such host
    private static RegistryException Translate(HttpRequestMessage request, Exception exception)
    {
        var dial = Causes(exception).OfType<DialException>().FirstOrDefault();
        var tls = Causes(exception).OfType<AuthenticationException>().FirstOrDefault();
        var certificate = Causes(exception).OfType<CertificateException>().FirstOrDefault();
        var reason = dial?.Message ?? certificate?.Message ?? (tls is not null ? ReasonOf(tls) : ReasonOf(exception));
        var method = request.Method.Method[..1] + request.Method.Method[1..].ToLowerInvariant();
        var unreachable = dial is not null || certificate is not null || tls is not null || exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };
        return new RegistryException($"{method} \"{UrlCredentials.Redact(request.RequestUri!.OriginalString)}\": {reason}", !unreachable, exception) { Unreachable = unreachable };
    }

    /// <summary>Of a transport's own exceptions, whose texts are not in the binary: what Go would say.</summary>
    public static string ReasonOf(Exception exception) => Causes(exception).OfType<SocketException>().FirstOrDefault() is { } socket
        ? $"read: {socket.SocketErrorCode switch { SocketError.ConnectionReset => "connection reset by peer", var other => other.ToString() }}"
        : exception switch
        {
            OperationCanceledException => "net/http: timeout awaiting response headers",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "unexpected EOF",
            HttpRequestException { HttpRequestError: var error } => $"transport failed: {error}",
            _ => "unexpected EOF",
        };

    // "net_frame_read_size", or its English text where the binary has it.
    private static string ReasonOf(AuthenticationException exception) => exception.Message.Contains("frame", StringComparison.OrdinalIgnoreCase)
        ? "http: server gave HTTP response to HTTPS client" : "remote error: tls: handshake failure";

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException!)
        {
            yield return cause;
        }
    }
}

using System.Net;
using System.Text;
using Gantry.Edge.Model;

namespace Gantry.Edge.Forwarding;

/// <summary>Makes the HTTP client of a cluster: no cookies, redirects, proxies, decompression or tracing of its own.</summary>
internal static class UpstreamClient
{
    public static HttpMessageInvoker Create(TransportOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionIdleTimeout = options.KeepAlive,

        // A name that moved to another address is noticed at the latest after this.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    });
}

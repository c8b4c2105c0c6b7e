using System.Net;
using Gantry.Edge.Model;
using Gantry.Edge.State;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Edge.Forwarding;

/// <summary>Turns a client's request into the one for a destination.</summary>
internal static class UpstreamRequest
{
    // The path is sent as the client spelled it; Uri must not tidy it.
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static HttpRequestMessage Create(HttpContext context, Exchange exchange, Route route, DestinationState destination, HttpContent? content, Upgrade? upgrade)
    {
        var request = context.Request;
        var message = new HttpRequestMessage(upgrade is null ? HttpMethod.Parse(request.Method) : HttpMethod.Get, new Uri(destination.Address + Target(context, route), Verbatim))
        {
            Content = content,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        CopyHeaders(request, message);
        Introduce(message, exchange);
        message.Headers.Host = request.Host.Value;
        upgrade?.Apply(message);
        return message;
    }

    private static void CopyHeaders(HttpRequest request, HttpRequestMessage message)
    {
        var connection = request.Headers.Connection;
        foreach (var (name, values) in request.Headers)
        {
            if (IsOurs(name) || HopByHop.Contains(name) || (connection.Count > 0 && HopByHop.IsNamed(connection, name)))
            {
                continue;
            }

            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    // What a client says here is replaced by what is known; Expect is between the client and us; lengths are the content's.
    private static bool IsOurs(string name) =>
        name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || name.Equals(RequestId.Header, StringComparison.OrdinalIgnoreCase)
        || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Expect", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    private static void Introduce(HttpRequestMessage message, Exchange exchange)
    {
        message.Headers.TryAddWithoutValidation(RequestId.Header, exchange.RequestId);
        message.Headers.TryAddWithoutValidation("X-Forwarded-For", exchange.Client.Chain);
        message.Headers.TryAddWithoutValidation("X-Forwarded-Proto", exchange.Client.Scheme);
        message.Headers.TryAddWithoutValidation("X-Forwarded-Host", exchange.Client.Host);
        if (exchange.Model.WriteForwarded)
        {
            message.Headers.TryAddWithoutValidation("Forwarded", exchange.Client.ToForwarded());
        }
    }

    /// <summary>
    /// The target as it came, unless it holds dot segments: routing saw them resolved, so the destination has to as well.
    /// </summary>
    private static string Target(HttpContext context, Route route)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var verbatim = raw.StartsWith('/') && !raw.StartsWith("//", StringComparison.Ordinal)
            && !raw.Contains("/.", StringComparison.Ordinal) && !raw.Contains("%2e", StringComparison.OrdinalIgnoreCase);
        var target = verbatim ? raw : context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        if (!route.StripPrefix || route.Path == "/" || !target.StartsWith(route.Path, StringComparison.Ordinal))
        {
            return target;
        }

        var rest = target[route.Path.Length..];
        return rest.StartsWith('/') ? rest : "/" + rest;
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Forwarding;

/// <summary>Who asks, as far as can be believed, and the X-Forwarded headers that say so to the next hop.</summary>
/// <param name="Address">The client's address.</param>
/// <param name="Chain">X-Forwarded-For for the next hop.</param>
/// <param name="Scheme">X-Forwarded-Proto.</param>
/// <param name="Host">X-Forwarded-Host.</param>
internal sealed record ClientIdentity(string Address, string Chain, string Scheme, string Host)
{
    /// <summary>Believes as many entries from the right of X-Forwarded-For as there are trusted proxies in front.</summary>
    public static ClientIdentity Of(HttpContext context, int trustedHops)
    {
        var request = context.Request;
        var peer = Format(context.Connection.RemoteIpAddress);
        if (trustedHops == 0)
        {
            return new ClientIdentity(peer, peer, request.Scheme, request.Host.Value ?? "");
        }

        string[] told = [.. request.Headers["X-Forwarded-For"].SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        string[] chain = [.. told.TakeLast(trustedHops), peer];
        return new ClientIdentity(
            chain[0],
            string.Join(", ", chain),
            Told(request.Headers["X-Forwarded-Proto"]) ?? request.Scheme,
            Told(request.Headers["X-Forwarded-Host"]) ?? request.Host.Value ?? "");
    }

    /// <summary>The Forwarded header of RFC 7239, section 4.</summary>
    public string ToForwarded()
    {
        var address = Address.Contains(':') ? $"\"[{Address}]\"" : Address;
        return $"for={address};host=\"{Host.Replace("\"", "", StringComparison.Ordinal)}\";proto={Scheme}";
    }

    private static string? Told(StringValues values) => values.Count > 0 && values[^1] is { Length: > 0 } value ? value : null;

    private static string Format(IPAddress? address) => address switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address.ToString(),
    };
}

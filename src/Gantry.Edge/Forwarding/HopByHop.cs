using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Forwarding;

/// <summary>Headers that concern one connection only and are never passed on (RFC 9110 section 7.6.1).</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Transfer-Encoding", "Upgrade", "Trailer", "HTTP2-Settings", "Proxy-Authenticate", "Proxy-Authorization");

    public static bool Contains(string name) => name[0] == ':' || Names.Contains(name);

    /// <summary>Whether a Connection header names this header as its own.</summary>
    public static bool IsNamed(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[part].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Gantry.Daemon.Http;

/// <summary>The opening of a WebSocket connection (RFC 6455, section 4.2).</summary>
internal static class WebSocketHandshake
{
    // Section 1.3: proves that the server understood, and protects nothing.
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static bool IsAsked(HttpRequest request) =>
        request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && request.Headers.SecWebSocketVersion == "13" && request.Headers.SecWebSocketKey.ToString().Length > 0;

    /// <summary>The head of the answer.</summary>
    public static byte[] Accept(HttpRequest request)
    {
#pragma warning disable CA5350 // The RFC asks for SHA-1.
        var digest = SHA1.HashData(Encoding.ASCII.GetBytes(request.Headers.SecWebSocketKey.ToString().Trim() + Salt));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Convert.ToBase64String(digest)}\r\n\r\n");
    }
}

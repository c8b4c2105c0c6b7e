using System.Net.Sockets;
using System.Text;

namespace Gantry.Parity;

/// <summary>A request written by hand, so that nothing is added to it and every byte of the answer is seen.</summary>
internal sealed record RawRequest(string Method, string Path, string? Body, bool Upgrade)
{
    private static readonly string[] Ignored = ["Date", "Server", "Content-Length", "Transfer-Encoding", "Connection"];

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.5);

    /// <summary>Reads <c>METHOD /path [body]</c>.</summary>
    public static RawRequest Parse(string text, bool upgrade)
    {
        var parts = text.Split(' ', 3);
        return new RawRequest(parts[0], parts[1], parts.Length > 2 ? parts[2] : null, upgrade);
    }

    public IReadOnlyList<string> Send(string socket)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        connection.Connect(new UnixDomainSocketEndPoint(socket));
        var head = $"{Method} {Path} HTTP/1.1\r\nHost: parity\r\n"
            + (Upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "Connection: close\r\n")
            + (Body is null ? Method == "POST" ? "Content-Length: 0\r\n" : "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n");
        connection.Send(Encoding.UTF8.GetBytes(head + "\r\n" + Body));
        return Lines(Receive(connection));
    }

    // To the end, or until nothing more comes: some answers never end.
    private static byte[] Receive(Socket connection)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (connection.Poll(answer.Length == 0 ? TimeSpan.FromSeconds(20) : Silence, SelectMode.SelectRead) && connection.Receive(buffer) is var count and > 0)
        {
            answer.Write(buffer, 0, count);
        }

        return answer.ToArray();
    }

    private static List<string> Lines(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return [answer.Length == 0 ? "(no answer)" : Printable(answer)];
        }

        var head = Encoding.Latin1.GetString(answer, 0, end).Split("\r\n");
        var body = answer[(end + 4)..];
        var chunked = head.Any(line => line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));
        var text = Encoding.UTF8.GetString(chunked ? Unchunk(body) : body);
        List<string> lines = [head[0], .. head[1..].Where(line => !Ignored.Any(name => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))).Select(Canonical).Order(StringComparer.Ordinal)];
        lines.AddRange(JsonLines.TryFlatten(text) ?? (text.Length == 0 ? [] : Printable(Encoding.UTF8.GetBytes(text)).Split('\n')));
        return [.. lines.Select(Normal.Of)];
    }

    private static string Canonical(string header) => header.Split(':', 2) is [var name, var value] ? $"{name.ToLowerInvariant()}:{value}" : header;

    private static byte[] Unchunk(byte[] body)
    {
        using var whole = new MemoryStream();
        for (var at = 0; at < body.Length;)
        {
            var line = body.AsSpan(at).IndexOf("\r\n"u8);
            if (line < 0 || Convert.ToInt32(Encoding.ASCII.GetString(body, at, line), 16) is not (var size and > 0))
            {
                break;
            }

            at += line + 2;
            whole.Write(body, at, Math.Min(size, body.Length - at));
            at += size + 2;
        }

        return whole.ToArray();
    }

    private static string Printable(byte[] bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes).Select(c => c is '\n' || (c >= ' ' && c != '\x7f') ? c.ToString() : $"\\x{(int)c:x2}"));
}

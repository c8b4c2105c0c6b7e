using System.Globalization;
using System.Text;

namespace Gantry.Client.Http;

/// <summary>Status line and headers of an answer (RFC 9112).</summary>
internal sealed class ResponseHead
{
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);

    public int Status { get; private init; }

    public bool KeepAlive => !(Header("Connection") ?? "").Contains("close", StringComparison.OrdinalIgnoreCase);

    public bool Chunked => (Header("Transfer-Encoding") ?? "").Contains("chunked", StringComparison.OrdinalIgnoreCase);

    public long? ContentLength => Header("Content-Length") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public string? Header(string name) => headers.GetValueOrDefault(name);

    /// <param name="bytes">Up to, without, the empty line.</param>
    public static ResponseHead Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || lines[0].Length < 12
            || !int.TryParse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("the daemon did not answer in HTTP/1.1");
        }

        var head = new ResponseHead { Status = status };
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                head.headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return head;
    }
}

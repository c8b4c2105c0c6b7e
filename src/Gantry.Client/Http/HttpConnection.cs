using System.Text;

namespace Gantry.Client.Http;

/// <summary>One connection: writes request heads, reads answers; what was read ahead stays in its buffer.</summary>
internal sealed class HttpConnection(Wire wire) : IDisposable
{
    private readonly Stream stream = wire.Stream;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>Ends our direction of the connection.</summary>
    public Task CloseWriteAsync() => wire.CloseWriteAsync();

    public Stream Stream => stream;

    public bool Used { get; set; }

    /// <summary>Writes head and, in the same packet, the body when it is known and small.</summary>
    public async Task WriteAsync(ApiRequest request, string target, string host, bool upgrade, CancellationToken cancellationToken)
    {
        var head = new StringBuilder(256)
            .Append(request.Method).Append(' ').Append(target).Append(" HTTP/1.1\r\nHost: ").Append(host)
            .Append("\r\nUser-Agent: Gantry-Client/0.1.0\r\n");
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (upgrade)
        {
            head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        }

        if (request.StreamBody is not null)
        {
            head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nTransfer-Encoding: chunked\r\n");
        }
        else if (request.Body is { } known)
        {
            head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nContent-Length: ").Append(known.Length).Append("\r\n");
        }
        else if (request.Method is "POST" or "PUT")
        {
            head.Append("Content-Length: 0\r\n");
        }

        var headBytes = Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        var body = request.Body ?? ReadOnlyMemory<byte>.Empty;
        var bytes = new byte[headBytes.Length + body.Length];
        headBytes.CopyTo(bytes, 0);
        body.CopyTo(bytes.AsMemory(headBytes.Length));
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the next head, leaving interim ones (1xx but 101) out.</summary>
    /// <exception cref="EndOfStreamException">The peer closed before a byte of it came.</exception>
    public async Task<ResponseHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int length;
            while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
            {
                await FillAsync(cancellationToken).ConfigureAwait(false);
            }

            var head = ResponseHead.Parse(buffer.AsSpan(start, length));
            start += length + 4;
            if (head.Status >= 200 || head.Status == 101)
            {
                return head;
            }
        }
    }

    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        var line = Encoding.Latin1.GetString(buffer, start, length);
        start += length + 2;
        return line;
    }

    /// <summary>Reads what is buffered, else from the connection; 0 at its end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (start == end)
        {
            return stream.ReadAsync(destination, cancellationToken);
        }

        return ValueTask.FromResult(TakeBuffered(destination.Span));
    }

    public int TakeBuffered(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    public void Dispose() => stream.Dispose();

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            throw new IOException("the daemon sent a header longer than 16 KiB");
        }

        var count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw new EndOfStreamException("the daemon closed the connection");
        }

        end += count;
    }
}

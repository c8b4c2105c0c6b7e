using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Client.Tests;

/// <summary>A request as it came over the wire.</summary>
public sealed record FakeRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Without the version and the query.</summary>
    public string Path => (Target.StartsWith("/v1.", StringComparison.Ordinal) ? Target[Target.IndexOf('/', 1)..] : Target).Split('?')[0];

    public string Query => Target.Contains('?') ? Target[(Target.IndexOf('?') + 1)..] : "";

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>Answers HTTP/1.1 on a Unix socket as a test says; one connection serves many requests.</summary>
public sealed class FakeDaemon : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<FakeRequest, Stream, Task> answer;
    private readonly Task accepting;

    /// <param name="answer">Writes the whole answer; for a stream it may go on as long as it likes.</param>
    public FakeDaemon(Func<FakeRequest, Stream, Task> answer)
    {
        this.answer = answer;
        SocketPath = Path.Combine(Path.GetTempPath(), $"gantry-fake-{Guid.NewGuid():N}.sock");
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        accepting = AcceptAsync();
    }

    public string SocketPath { get; }

    public string Address => "unix://" + SocketPath;

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public int Connections { get; private set; }

    /// <summary>Answers by path with JSON and 200; anything else is 404.</summary>
    public static FakeDaemon Serving(Func<FakeRequest, (int Status, string Body)?> respond) => new(async (request, stream) =>
    {
        if (request.Path == "/_ping")
        {
            await WriteAsync(stream, 200, request.Method == "HEAD" ? "" : "OK", "Api-Version: 1.51\r\nOstype: linux\r\n");
            return;
        }

        var (status, body) = respond(request) ?? (404, "{\"message\":\"page not found\"}");
        await WriteAsync(stream, status, body, "Content-Type: application/json\r\n");
    });

    public static async Task WriteAsync(Stream stream, int status, string body, string headers = "") =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status} X\r\n{headers}{(status == 204 ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n")}\r\n{body}"));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(SocketPath);
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var socket = await listener.AcceptAsync(stop.Token);
            Connections++;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                await answer(request, stream);
                if (request.Headers.ContainsKey("Upgrade"))
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // The client hung up.
        }
    }

    // Reads no further than the request, so that hijacked input stays on the stream.
    private static async Task<FakeRequest?> ReadAsync(Stream stream)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(line);
                continue;
            }

            var first = lines[0].Split(' ');
            var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
            return new FakeRequest(first[0], first[1], headers, await ReadBodyAsync(stream, headers));
        }

        return null;
    }

    private static async Task<byte[]> ReadBodyAsync(Stream stream, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            var known = new byte[int.Parse(length)];
            await stream.ReadExactlyAsync(known);
            return known;
        }

        var body = new MemoryStream();
        while (headers.GetValueOrDefault("Transfer-Encoding") == "chunked" && Convert.ToInt32(await ReadLineAsync(stream), 16) is var size)
        {
            var chunk = new byte[size];
            await stream.ReadExactlyAsync(chunk);
            await ReadLineAsync(stream);
            if (size == 0)
            {
                break;
            }

            body.Write(chunk);
        }

        return body.ToArray();
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>A web server that has one file, if any, and remembers who asked for what.</summary>
internal sealed class AskedServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<string> asked = [];
    private readonly byte[]? file;
    private readonly Task serving;

    /// <param name="file">What <c>/file</c> answers; everything else is 404.</param>
    public AskedServer(byte[]? file = null)
    {
        this.file = file;
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Request lines, each with its Authorization header after a blank, where there is one.</summary>
    public string[] Asked
    {
        get
        {
            lock (asked)
            {
                return [.. asked];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The client went away.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var line = await reader.ReadLineAsync() ?? "";
        var authorization = "";
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            authorization = header.StartsWith("Authorization: ", StringComparison.OrdinalIgnoreCase) ? header["Authorization:".Length..] : authorization;
        }

        lock (asked)
        {
            asked.Add(line + authorization);
        }

        var body = line.StartsWith("GET /file ", StringComparison.Ordinal) ? file : null;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(body is null ? "404 Not Found" : "200 OK")}\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body ?? []);
    }
}

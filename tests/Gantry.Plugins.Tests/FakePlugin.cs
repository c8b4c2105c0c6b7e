using System.Net.Sockets;
using System.Text;

namespace Gantry.Plugins.Tests;

/// <summary>A program that speaks the protocol on a socket in a folder of its own: one answer, status and body, per method.</summary>
internal sealed class FakePlugin : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public FakePlugin(string name = "fake")
    {
        Folder = Directory.CreateTempSubdirectory("gantry-plugin-").FullName;
        SocketPath = Path.Combine(Folder, name + ".sock");
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(8);
        _ = ServeAsync();
    }

    public string Folder { get; }

    public string SocketPath { get; }

    /// <summary>Method to status and body.</summary>
    public Dictionary<string, (int Status, string Body)> Answers { get; } = new() { ["Plugin.Activate"] = (200, """{"Implements":["VolumeDriver","authz"]}""") };

    /// <summary>How many connections it closes without an answer before it serves.</summary>
    public int Drops { get; set; }

    /// <summary>Method and body of every call.</summary>
    public List<(string Method, string Body)> Calls { get; } = [];

    public PluginRegistry Registry() => new(new PluginOptions { SocketDirectories = [Folder], SpecDirectories = [Folder] });

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        if (Drops > 0)
        {
            Drops--;
            return;
        }

        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var line = await reader.ReadLineAsync() ?? "";
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header.Split(':')[1], null) : length;
        }

        var body = new char[length];
        await reader.ReadBlockAsync(body);
        var method = line.Split(' ')[1].TrimStart('/');
        Calls.Add((method, new string(body)));
        var (status, text) = Answers.GetValueOrDefault(method, (404, "no such method"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Status\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
    }
}

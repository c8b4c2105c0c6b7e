using System.Formats.Tar;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>A client that does what no client should: it sends a part, reads nothing, or goes away.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public static async Task<RawRequest> SendAsync(PrivateDaemon daemon, string line, string type, long length, ReadOnlyMemory<byte> body)
    {
        var request = new RawRequest();
        await request.socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Socket));
        await request.socket.SendAsync(Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: d\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n"));
        for (var rest = body; rest.Length > 0; rest = rest[await request.socket.SendAsync(rest)..])
        {
        }

        return request;
    }

    /// <summary>A tar with these files.</summary>
    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return tar.ToArray();
    }

    /// <summary>What has come by now, or comes within a moment.</summary>
    public async Task<string> ReadAsync()
    {
        var buffer = new byte[1 << 16];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
    }

    /// <summary>All that comes until the daemon closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        await using var stream = new NetworkStream(socket);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(patience.Token);
    }

    public void Dispose() => socket.Dispose();
}

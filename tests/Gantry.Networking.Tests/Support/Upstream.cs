using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Tests.Support;

/// <summary>A name server on port 53 of the private host: UDP answers as told, TCP with as many addresses as asked.</summary>
internal sealed class Upstream : IDisposable
{
    private readonly Socket udp;
    private readonly Socket tcp;

    internal Upstream(string address, Func<byte[], byte[]> answer)
    {
        udp = Wires.Socket(null, ProtocolType.Udp, new IPEndPoint(IPAddress.Parse(address), 53));
        tcp = Wires.Socket(null, ProtocolType.Tcp, new IPEndPoint(IPAddress.Parse(address), 53));
        tcp.Listen();
        _ = Task.Run(() => ServeUdpAsync(answer));
        _ = Task.Run(() => ServeTcpAsync(answer));
    }

    internal int Asked { get; private set; }

    /// <summary>The question back with a code and one address for each last octet.</summary>
    internal static byte[] Answer(byte[] query, int code, params byte[] octets)
    {
        var response = new List<byte>(query);
        response[2] |= 0x80;
        response[3] = (byte)(0x80 | code);
        response[7] = (byte)octets.Length;
        foreach (var octet in octets)
        {
            response.AddRange([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 203, 0, 113, octet]);
        }

        return [.. response];
    }

    public void Dispose()
    {
        udp.Dispose();
        tcp.Dispose();
    }

    private async Task ServeUdpAsync(Func<byte[], byte[]> answer)
    {
        try
        {
            while (true)
            {
                var buffer = new byte[4096];
                var received = await udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Asked++;
                if (answer(buffer[..received.ReceivedBytes]) is { Length: > 0 } response)
                {
                    // A forger's guess first: wrong id.
                    await udp.SendToAsync((byte[])[(byte)~response[0], .. response[1..]], received.RemoteEndPoint);
                    await udp.SendToAsync(response, received.RemoteEndPoint);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeTcpAsync(Func<byte[], byte[]> answer)
    {
        try
        {
            while (true)
            {
                using var client = await tcp.AcceptAsync();
                var buffer = new byte[4096];
                var length = await client.ReceiveAsync(buffer);
                var response = answer(buffer[2..length]);
                await client.SendAsync((byte[])[(byte)(response.Length >> 8), (byte)response.Length, .. response]);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }
}

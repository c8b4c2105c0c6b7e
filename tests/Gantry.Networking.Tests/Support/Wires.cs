using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Linux.Namespaces;

namespace Gantry.Networking.Tests.Support;

/// <summary>Servers that say who they are and whom they see, and clients that ask, each in a namespace (null: the private host).</summary>
internal static class Wires
{
    internal static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static Socket Socket(NetworkNamespace? place, ProtocolType protocol, IPEndPoint? bind = null, AddressFamily family = AddressFamily.InterNetwork)
    {
        Socket Make()
        {
            var socket = new Socket(bind?.AddressFamily ?? family, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
            if (bind is not null)
            {
                socket.Bind(bind);
            }

            return socket;
        }

        return place is null ? Make() : place.Run(Make);
    }

    /// <summary>Answers each connection with "name client-address".</summary>
    internal static IDisposable ServeTcp(NetworkNamespace? place, int port, string name, IPAddress? on = null)
    {
        var listener = Socket(place, ProtocolType.Tcp, new IPEndPoint(on ?? IPAddress.Any, port));
        listener.Listen(16);
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    _ = GreetAsync(await listener.AcceptAsync(), name);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
            }
        });
        return listener;
    }

    private static async Task GreetAsync(Socket client, string name)
    {
        using (client)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"{name} {((IPEndPoint)client.RemoteEndPoint!).Address}"));
            client.Shutdown(SocketShutdown.Send);
            await client.ReceiveAsync(new byte[1]);
        }
    }

    /// <summary>Answers each datagram with "name client-address".</summary>
    internal static IDisposable ServeUdp(NetworkNamespace? place, int port, string name)
    {
        var socket = Socket(place, ProtocolType.Udp, new IPEndPoint(IPAddress.Any, port));
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var received = await socket.ReceiveFromAsync(new byte[64], new IPEndPoint(IPAddress.Any, 0));
                    await socket.SendToAsync(Encoding.ASCII.GetBytes($"{name} {((IPEndPoint)received.RemoteEndPoint).Address}"), received.RemoteEndPoint);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
            }
        });
        return socket;
    }

    /// <summary>What the server says; "refused" or "lost" when it does not.</summary>
    internal static async Task<string> AskTcp(NetworkNamespace? place, string address, int port) => (await AskTcpCounting(place, address, port)).Answer;

    /// <summary>
    /// The same, and how many of its own packets the kernel sent again: none where nothing was lost. "lost" is what the kernel says
    /// of a connection that is not made soon; once it is made, a busy machine may take its time to serve it.
    /// </summary>
    internal static async Task<(string Answer, int SentAgain)> AskTcpCounting(NetworkNamespace? place, string address, int port)
    {
        using var socket = Socket(place, ProtocolType.Tcp, family: IPAddress.Parse(address).AddressFamily);
        using var timeout = new CancellationTokenSource();
        try
        {
            var answer = AnswerAsync(socket, new IPEndPoint(IPAddress.Parse(address), port), timeout.Token);
            await Task.WhenAny(answer, Task.Delay(Soon));
            if (!answer.IsCompleted)
            {
                timeout.CancelAfter(Connecting(socket) ? TimeSpan.Zero : Patience);
            }

            return (await answer, SentAgain(socket));
        }
        catch (OperationCanceledException)
        {
            return ("lost", 0);
        }
        catch (SocketException)
        {
            return ("refused", 0);
        }
    }

    private static async Task<string> AnswerAsync(Socket socket, IPEndPoint server, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(server, cancellationToken);
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, cancellationToken));
    }

    // struct tcp_info of linux/tcp.h: tcpi_state, of which 2 is SYN_SENT, and tcpi_total_retrans.
    private static bool Connecting(Socket socket) => TcpInfo(socket)[0] == 2;

    private static int SentAgain(Socket socket) => BitConverter.ToInt32(TcpInfo(socket), 100);

    private static byte[] TcpInfo(Socket socket)
    {
        var info = new byte[104];
        socket.GetRawSocketOption(6, 11, info);
        return info;
    }

    internal static async Task<string> AskUdp(NetworkNamespace? place, string address, int port)
    {
        using var socket = Socket(place, ProtocolType.Udp);
        return await AskUdpFrom(socket, address, port);
    }

    internal static async Task<string> AskUdpFrom(Socket socket, string address, int port)
    {
        using var timeout = new CancellationTokenSource(Soon);
        try
        {
            await socket.SendToAsync("?"u8.ToArray(), new IPEndPoint(IPAddress.Parse(address), port));
            var buffer = new byte[64];
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), timeout.Token);
            return Encoding.ASCII.GetString(buffer, 0, received.ReceivedBytes);
        }
        catch (OperationCanceledException)
        {
            return "lost";
        }
        catch (SocketException)
        {
            return "refused";
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Sockets;

namespace Gantry.Networking.Ports;

/// <summary>
/// A host port held by a socket that is bound and nothing more: the kernel refuses it to other processes, and no packet
/// needs this one, because the firewall leads them to the container.
/// </summary>
internal sealed class PortReservation : IDisposable
{
    private const int SOL_SOCKET = 1;
    private const int SO_REUSEADDR = 2;

    private readonly Socket socket;
    private IPortRelay? relay;

    private PortReservation(Socket socket) => this.socket = socket;

    internal int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <exception cref="SocketException">AddressAlreadyInUse, AddressNotAvailable, AccessDenied; ProtocolNotSupported where the kernel has no SCTP.</exception>
    internal static PortReservation Bind(PortProtocol protocol, IPEndPoint endPoint)
    {
        var socket = protocol switch
        {
            PortProtocol.Tcp => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            PortProtocol.Udp => new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp),
            _ => SctpSocket.Open(endPoint.AddressFamily),
        };
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // The other family is another reservation.
                socket.DualMode = false;
            }

            socket.Bind(endPoint);
            if (protocol == PortProtocol.Tcp)
            {
                Harden(socket);
            }

            return new PortReservation(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Serves what the firewall does not lead to a container. Null: nobody is to get them now.</summary>
    internal void RelayTo(IPEndPoint? target)
    {
        if (target is not null)
        {
            relay ??= socket.SocketType == SocketType.Stream ? new TcpRelay(socket) : new UdpRelay(socket);
        }

        if (relay is not null)
        {
            relay.Target = target;
        }
    }

    public void Dispose()
    {
        relay?.Dispose();
        socket.Dispose();
    }

    /// <summary>
    /// For a socket that is going to listen, which keeps every other out by that: with the option again, so that neither old
    /// connections of the port (TIME_WAIT) keep it from listening, nor its own ones the next.
    /// </summary>
    internal static void Soften(Socket socket)
    {
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEADDR, on);
    }

    /// <summary>
    /// .NET binds TCP with SO_REUSEADDR, as servers do to get past old connections in TIME_WAIT, and two such sockets may share
    /// a port until one listens. Listening for a moment makes the kernel compare strictly (inet_csk_get_port), and without the
    /// option afterwards the bound socket keeps every other out.
    /// </summary>
    private static void Harden(Socket socket)
    {
        socket.Listen(1);
        socket.Shutdown(SocketShutdown.Receive);
        ReadOnlySpan<byte> off = [0, 0, 0, 0];
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEADDR, off);
    }
}

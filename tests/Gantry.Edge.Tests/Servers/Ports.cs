using System.Net;
using System.Net.Sockets;

namespace Gantry.Edge.Tests.Servers;

internal static class Ports
{
    /// <summary>A loopback port that was free a moment ago, below the kernel's ephemeral range so that no client takes it.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(20000, 32000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }
}

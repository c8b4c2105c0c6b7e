using System.Net.Sockets;
using System.Text;

namespace Gantry.Daemon.Hosting;

/// <summary>Tells systemd how far the daemon is (sd_notify(3)), where it asks.</summary>
internal static class SystemdNotifier
{
    public static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return;
        }

        // A leading @ is an abstract address.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            // A supervisor that does not listen is no reason not to run.
        }
    }
}

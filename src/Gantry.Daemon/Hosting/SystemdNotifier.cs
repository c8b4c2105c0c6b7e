using System.Net.Sockets;
using System.Text;

namespace Gantry.Daemon.Hosting;

/// <summary>Tells systemd how far the daemon is (sd_notify(3)), where it asks.</summary>
internal static class SystemdNotifier
{
    /// <summary>A reload began; <c>READY=1</c> ends it (Type=notify-reload wants the moment).</summary>
    public static void NotifyReloading() => Notify($"RELOADING=1\nMONOTONIC_USEC={Environment.TickCount64 * 1000}");

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

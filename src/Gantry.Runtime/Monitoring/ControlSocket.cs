using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Monitor.Protocol;

namespace Gantry.Runtime.Monitoring;

/// <summary>The socket in a state folder that its monitor listens on.</summary>
internal static class ControlSocket
{
    private const string Name = "/control";

    /// <summary>Null when nobody listens.</summary>
    public static Socket? TryConnect(string directory)
    {
        var path = directory + Name;
        if (path.Length <= UnixSocket.MaxPathLength)
        {
            return TryConnectTo(path);
        }

        // A socket address holds 107 bytes; an open folder makes any path short.
        var fd = Descriptors.Open(directory, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
        if (fd < 0)
        {
            return null;
        }

        using var folder = new FileDescriptor(fd);
        return TryConnectTo($"/proc/self/fd/{fd}{Name}");
    }

    /// <summary>An attached client's connection. When the monitor has gone, so has all output: the streams are at their end.</summary>
    public static async Task<ProcessStreams> AttachAsync(string directory, AttachStreams streams, CancellationToken cancellationToken)
    {
        var socket = TryConnect(directory);
        if (socket is null)
        {
            return new ProcessStreams(null);
        }

        try
        {
            byte[] request = [(byte)MessageKind.Attach, 1, 0, 0, 0, (byte)streams];
            await socket.SendAsync(request, SocketFlags.None, cancellationToken);
            var acknowledged = await socket.ReceiveAsync(request.AsMemory(0, 1), SocketFlags.None, cancellationToken);
            if (acknowledged == 1)
            {
                return new ProcessStreams(socket);
            }
        }
        catch (SocketException)
        {
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return new ProcessStreams(null);
    }

    private static Socket? TryConnectTo(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}

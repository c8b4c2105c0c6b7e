using System.Net.Sockets;
using System.Security.Authentication;

namespace Gantry.Engine.Containers.Logs;

/// <summary>One exception for all that can go wrong with a connection, in the words of Go's net package.</summary>
internal static class Connecting
{
    /// <param name="what"><c>dial tcp 127.0.0.1:514</c>.</param>
    /// <exception cref="IOException">It failed.</exception>
    public static async Task GuardAsync(Func<Task> step, string what)
    {
        try
        {
            await step();
        }
        catch (SocketException error)
        {
            throw new IOException($"{what}: connect: {Words(error)}", error);
        }
        catch (Exception error) when (error is AuthenticationException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException($"{what}: {error.Message}", error);
        }
    }

    private static string Words(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.HostNotFound => "no such host",
        _ => error.Message.ToLowerInvariant(),
    };
}

using System.Net;
using System.Net.Sockets;

namespace Gantry.Edge.Tests.Servers;

/// <summary>Accepts, reads the request, and resets the connection without an answer.</summary>
internal sealed class RudeServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int requests;

    public RudeServer()
    {
        listener.Start();
        _ = RunAsync();
    }

    public string Address => $"http://{listener.LocalEndpoint}";

    public int Requests => Volatile.Read(ref requests);

    public void Dispose() => listener.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync();
                client.LingerState = new LingerOption(true, 0);
                await client.ReceiveAsync(new byte[4096]);
                Interlocked.Increment(ref requests);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Ports;

/// <summary>Carries datagrams, a socket for each client, so that answers find their way; one that is silent for a while is forgotten.</summary>
internal sealed class UdpRelay : IPortRelay
{
    private const int DatagramSize = 64 << 10;

    // As Docker's proxy.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);
    private readonly Socket socket;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<SocketAddress, Socket> clients = new();
    private volatile IPEndPoint? target;

    /// <param name="socket">Bound; stays the caller's to dispose.</param>
    internal UdpRelay(Socket socket)
    {
        this.socket = socket;
        _ = ReceiveAsync();
    }

    public IPEndPoint? Target
    {
        set
        {
            target = value;

            // Each is led to the target before.
            CloseAll();
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        CloseAll();
        stopping.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var token = stopping.Token;
        var buffer = GC.AllocateUninitializedArray<byte>(DatagramSize);
        var from = new SocketAddress(socket.AddressFamily);
        while (!token.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, token).ConfigureAwait(false);
                if (target is { } to)
                {
                    await Client(from, to, token).SendAsync(buffer.AsMemory(0, length), token).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException || (exception is ObjectDisposedException && token.IsCancellationRequested))
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Of one datagram: nobody listens in the container, or the client was just forgotten.
            }
        }
    }

    private Socket Client(SocketAddress from, IPEndPoint to, CancellationToken cancellationToken)
    {
        if (clients.TryGetValue(from, out var known))
        {
            return known;
        }

        // The caller's is filled anew by the next datagram.
        var key = new SocketAddress(from.Family, from.Size);
        from.Buffer[..from.Size].CopyTo(key.Buffer);
        var made = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            made.Connect(to);
        }
        catch
        {
            made.Dispose();
            throw;
        }

        clients[key] = made;
        _ = AnswerAsync(key, made, cancellationToken);
        return made;
    }

    private async Task AnswerAsync(SocketAddress client, Socket from, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(DatagramSize);
        try
        {
            while (true)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Silence);
                var length = await from.ReceiveAsync(buffer, SocketFlags.None, patience.Token).ConfigureAwait(false);
                await socket.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, client, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            clients.TryRemove(KeyValuePair.Create(client, from));
            from.Dispose();
        }
    }

    private void CloseAll()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }
}

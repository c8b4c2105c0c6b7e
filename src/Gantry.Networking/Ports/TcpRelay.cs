using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Ports;

/// <summary>
/// Carries TCP connections that the firewall cannot lead to a container: those to ::1, from which IPv6 lets no packet leave the
/// host, and IPv6 ones to a container that has IPv4 alone. They end with the daemon; all others go through the kernel.
/// </summary>
internal sealed class TcpRelay : IPortRelay
{
    private const int BufferSize = 32 << 10;
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(50);
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private volatile IPEndPoint? target;

    /// <param name="listener">Bound; stays the caller's to dispose.</param>
    internal TcpRelay(Socket listener)
    {
        this.listener = listener;
        PortReservation.Soften(listener);
        listener.Listen(128);
        _ = AcceptAsync();
    }

    /// <summary>Where connections go; null lets them end at once.</summary>
    public IPEndPoint? Target
    {
        set => target = value;
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = stopping.Token;
        while (!token.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptAsync(token).ConfigureAwait(false), token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Of one connection; or there are no descriptors left, and asking again at once would change nothing.
                await Task.Delay(AcceptDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task CarryAsync(Socket client, CancellationToken cancellationToken)
    {
        using (client)
        {
            if (target is not { } to)
            {
                return;
            }

            using var server = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                client.NoDelay = server.NoDelay = true;
                await server.ConnectAsync(to, cancellationToken).ConfigureAwait(false);
                await Task.WhenAll(CopyAsync(client, server, cancellationToken), CopyAsync(server, client, cancellationToken)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either end is gone: so is the other now.
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), cancellationToken).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction must not wait for an answer that never comes.
            from.Close();
            to.Close();
            throw;
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Gantry.Registry;

/// <summary>Opens connections within the connect timeout, and says what failed as Go's dialer does.</summary>
internal sealed class Dialer(TimeSpan timeout)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        DialException? failure = null;
        foreach (var address in await FindAddressesAsync(host, limit.Token, cancellationToken).ConfigureAwait(false))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, limit.Token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                failure ??= new DialException($"dial tcp {new IPEndPoint(address, port)}: {Reason(e)}", e);
                if (limit.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        throw failure ?? new DialException($"dial tcp: lookup {host}: no such host", null);
    }

    // The resolver cannot be interrupted: past the limit its answer is not waited for.
    private static async Task<IPAddress[]> FindAddressesAsync(string host, CancellationToken limit, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            // IPv4 first: a broken IPv6 route must not use the time up.
            var addresses = await Dns.GetHostAddressesAsync(host, limit).WaitAsync(limit).ConfigureAwait(false);
            return [.. addresses.OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)];
        }
        catch (SocketException e)
        {
            throw new DialException($"dial tcp: lookup {host}: {(e.SocketErrorCode == SocketError.TryAgain ? "Temporary failure in name resolution" : "no such host")}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DialException($"dial tcp: lookup {host}: i/o timeout", e);
        }
    }

    private static string Reason(Exception exception) => exception is not SocketException socket ? "i/o timeout" : socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.NetworkUnreachable => "connect: network is unreachable",
        SocketError.HostUnreachable => "connect: no route to host",
        SocketError.TimedOut => "i/o timeout",
        var other => $"connect: {other}",
    };
}

/// <summary>No connection came about.</summary>
internal sealed class DialException(string message, Exception? innerException) : IOException(message, innerException);

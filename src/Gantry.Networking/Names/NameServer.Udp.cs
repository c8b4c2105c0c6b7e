using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Names;

internal sealed partial class NameServer
{
    // More than a client sends in a query, with room for EDNS options.
    private const int LargestQuery = 4096;

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[LargestQuery];
        var client = new SocketAddress(AddressFamily.InterNetwork);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var length = await udp.ReceiveFromAsync(buffer, SocketFlags.None, client, stopping.Token).ConfigureAwait(false);
                if (DnsQuery.TryParse(buffer.AsMemory(0, length)) is not { } query)
                {
                    continue;
                }

                if (resolver.TryAnswer(query, Math.Max(512, (int)(query.PayloadSize ?? 512))) is { } answer)
                {
                    await udp.SendToAsync(answer, SocketFlags.None, client, stopping.Token).ConfigureAwait(false);
                    continue;
                }

                // Waiting for the outside must not hold up the next query: this one keeps its own copy and its sender.
                var asker = client;
                pending.Run(() => ForwardUdpAsync(query with { Message = query.Message.ToArray() }, asker));
                client = new SocketAddress(AddressFamily.InterNetwork);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Of one datagram; the socket goes on.
            }
        }
    }

    private async Task ForwardUdpAsync(DnsQuery query, SocketAddress client)
    {
        try
        {
            var answer = await AnswerAsync(query, byTcp: false).ConfigureAwait(false);
            await udp.SendToAsync(answer, SocketFlags.None, client, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client asks again.
        }
    }
}

using System.Buffers.Binary;
using System.Net.Sockets;

namespace Gantry.Networking.Names;

internal sealed partial class NameServer
{
    // RFC 7766 6.2.3 asks for seconds.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private async Task AcceptTcpAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var connection = await tcp.AcceptAsync(stopping.Token).ConfigureAwait(false);
                if (!pending.Run(() => ServeTcpAsync(connection)))
                {
                    connection.Dispose();
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Of one connection.
            }
        }
    }

    private async Task ServeTcpAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        try
        {
            while (true)
            {
                deadline.CancelAfter(Idle);
                var frame = await UpstreamResolver.ReadFrameAsync(stream, deadline.Token).ConfigureAwait(false);
                if (frame is null || DnsQuery.TryParse(frame) is not { } query)
                {
                    return;
                }

                var answer = resolver.TryAnswer(query, ushort.MaxValue) ?? await AnswerAsync(query, byTcp: true).ConfigureAwait(false);
                var framed = new byte[2 + answer.Length];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
                answer.CopyTo(framed, 2);
                await stream.WriteAsync(framed, deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Gone or idle.
        }
    }
}

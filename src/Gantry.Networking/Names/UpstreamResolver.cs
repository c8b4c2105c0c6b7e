using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gantry.Networking.Names;

/// <summary>
/// Asks the outside, by the transport the client used, so that truncation, EDNS and DNSSEC stay between client and server.
/// Queries leave from the host, each from a port and under an id of its own.
/// </summary>
internal sealed class UpstreamResolver(IReadOnlyList<IPAddress> configured)
{
    private const int Port = 53;

    // Clients give up after five seconds (resolv.conf(5)): the second server must have had its chance by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ResolverConfiguration host = new();

    /// <summary>The first useful answer; a refusal only when no server had better; null when none answered.</summary>
    /// <param name="preferred">The container's own servers; empty means the daemon's.</param>
    internal async Task<byte[]?> AskAsync(DnsQuery query, IReadOnlyList<IPAddress> preferred, bool tcp, CancellationToken cancellationToken)
    {
        byte[]? refusal = null;
        foreach (var server in preferred.Count > 0 ? preferred : configured.Count > 0 ? configured : host.Servers)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            try
            {
                var answer = tcp
                    ? await AskTcpAsync(query, new IPEndPoint(server, Port), timeout.Token).ConfigureAwait(false)
                    : await AskUdpAsync(query, new IPEndPoint(server, Port), timeout.Token).ConfigureAwait(false);
                query.Message.Span[..2].CopyTo(answer);
                if ((DnsCode)(answer[3] & 0xf) is not (DnsCode.ServerFailure or DnsCode.Refused or DnsCode.NotImplemented))
                {
                    return answer;
                }

                refusal ??= answer;
            }
            catch (Exception exception) when (exception is SocketException or EndOfStreamException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next one.
            }
        }

        return refusal;
    }

    private static async Task<byte[]> AskUdpAsync(DnsQuery query, IPEndPoint server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        var request = WithNewId(query, prefix: 0);
        await socket.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var buffer = new byte[Math.Max(512, (int)(query.PayloadSize ?? 512))];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (Matches(query, request, buffer.AsSpan(0, length)))
            {
                return buffer[..length];
            }
        }
    }

    private static async Task<byte[]> AskTcpAsync(DnsQuery query, IPEndPoint server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        var request = WithNewId(query, prefix: 2);
        BinaryPrimitives.WriteUInt16BigEndian(request, (ushort)query.Message.Length);
        await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = await ReadFrameAsync(stream, cancellationToken).ConfigureAwait(false);
        return answer is not null && Matches(query, request.AsSpan(2), answer) ? answer : throw new EndOfStreamException();
    }

    /// <summary>One message of DNS over TCP: its length in two bytes, then it (RFC 1035 4.2.2). Null at the end of the stream.</summary>
    internal static async Task<byte[]?> ReadFrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[2];
        if (await stream.ReadAtLeastAsync(prefix, 2, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < 2)
        {
            return null;
        }

        var frame = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(frame, cancellationToken).ConfigureAwait(false);
        return frame;
    }

    private static byte[] WithNewId(DnsQuery query, int prefix)
    {
        var request = new byte[prefix + query.Message.Length];
        query.Message.Span.CopyTo(request.AsSpan(prefix));
        RandomNumberGenerator.Fill(request.AsSpan(prefix, 2));
        return request;
    }

    private static bool Matches(DnsQuery query, ReadOnlySpan<byte> request, ReadOnlySpan<byte> response) =>
        response.Length >= DnsQuery.HeaderSize && response[..2].SequenceEqual(request[..2]) && query.IsAnsweredBy(response);
}

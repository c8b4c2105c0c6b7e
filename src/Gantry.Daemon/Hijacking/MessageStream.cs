using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Gantry.Core;

namespace Gantry.Daemon.Hijacking;

/// <summary>
/// A container's streams as WebSocket messages. What comes from the session is sent without the 8-byte frame headers: a
/// WebSocket client sees one stream, as with Docker. Reading 0 is the client's close.
/// </summary>
/// <param name="framed">Whether what is written has frame headers to be taken off.</param>
/// <param name="messages">Type of the messages that are sent.</param>
internal sealed class MessageStream(WebSocket socket, bool framed, WebSocketMessageType messages) : DuplexStream
{
    private const int HeaderLength = 8;
    private const int ReceiveSize = 16 * 1024;

    private readonly Pipe received = new();
    private readonly byte[] header = new byte[HeaderLength];
    private int headerFilled;
    private int payloadLeft;
    private Stream? input;

    /// <summary>Takes messages in until the client closes or is gone; also answers its pings. To be run beside the session.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(received.Writer.GetMemory(ReceiveSize), cancellationToken);
                if (message.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                received.Writer.Advance(message.Count);
                await received.Writer.FlushAsync(cancellationToken);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone: the session ends by its connection.
        }
        finally
        {
            await received.Writer.CompleteAsync();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        (input ??= received.Reader.AsStream()).ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!framed)
        {
            await SendAsync(buffer, cancellationToken);
            return;
        }

        while (!buffer.IsEmpty)
        {
            if (payloadLeft == 0)
            {
                var part = Math.Min(HeaderLength - headerFilled, buffer.Length);
                buffer[..part].CopyTo(header.AsMemory(headerFilled));
                buffer = buffer[part..];
                headerFilled += part;
                if (headerFilled < HeaderLength)
                {
                    return;
                }

                headerFilled = 0;
                payloadLeft = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
                continue;
            }

            var length = Math.Min(payloadLeft, buffer.Length);
            await SendAsync(buffer[..length], cancellationToken);
            payloadLeft -= length;
            buffer = buffer[length..];
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(payload, messages, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException error)
        {
            throw new IOException("the client has gone away", error);
        }
    }
}

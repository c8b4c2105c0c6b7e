using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Gantry.Daemon.Hijacking;

namespace Gantry.Daemon.Tests.Hijacking;

/// <summary>A container's frames become WebSocket messages, whatever pieces they come in.</summary>
public sealed class MessageStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(100)]
    public async Task Frame_headers_are_taken_off_wherever_writes_are_cut(int piece)
    {
        var (server, client) = Connect();
        await using var stream = new MessageStream(server, framed: true, WebSocketMessageType.Binary);
        byte[] frames = [1, 0, 0, 0, 0, 0, 0, 3, .. "out"u8, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, .. "err"u8];
        foreach (var part in frames.Chunk(piece))
        {
            await stream.WriteAsync(part, TestContext.Current.CancellationToken);
        }

        Assert.Equal("outerr", await ReceiveAsync(client, 6));
    }

    [Fact]
    public async Task Messages_are_input_and_a_close_is_its_end()
    {
        var (server, client) = Connect();
        await using var stream = new MessageStream(server, framed: false, WebSocketMessageType.Binary);
        var receiving = stream.ReceiveAsync(TestContext.Current.CancellationToken);
        await client.SendAsync("one"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        await client.SendAsync("two"u8.ToArray(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.Equal("onetwo", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        await receiving;

        // Half-closed: the client may still be told things.
        await stream.WriteAsync("late"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("late", await ReceiveAsync(client, 4));
    }

    private static (WebSocket Server, WebSocket Client) Connect()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (WebSocket.CreateFromStream(new Duplex(up.Reader, down.Writer), new WebSocketCreationOptions { IsServer = true }),
            WebSocket.CreateFromStream(new Duplex(down.Reader, up.Writer), new WebSocketCreationOptions()));
    }

    private static async Task<string> ReceiveAsync(WebSocket socket, int length)
    {
        var text = new StringBuilder();
        var buffer = new byte[100];
        while (text.Length < length)
        {
            var message = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketMessageType.Binary, message.MessageType);
            text.Append(Encoding.UTF8.GetString(buffer, 0, message.Count));
        }

        return text.ToString();
    }

    private sealed class Duplex(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream input = reader.AsStream();
        private readonly Stream output = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

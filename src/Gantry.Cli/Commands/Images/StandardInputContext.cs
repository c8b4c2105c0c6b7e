using System.Text;

namespace Gantry.Cli.Commands.Images;

/// <summary>What <c>build -</c> reads: a context's archive, or a Dockerfile alone.</summary>
internal static class StandardInputContext
{
    // The magic number of tar lies in its first block; those of compressed files are at the beginning.
    private const int BlockSize = 512;
    private const int MagicOffset = 257;

    public static (Stream? Tar, string? Dockerfile) Read(Stream input)
    {
        var head = new byte[BlockSize];
        var length = input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var joined = new Prefixed(head.AsMemory(0, length), input);
        return IsArchive(head.AsSpan(0, length)) ? (joined, null) : (null, new StreamReader(joined, Encoding.UTF8).ReadToEnd());
    }

    private static bool IsArchive(ReadOnlySpan<byte> head) => head switch
    {
        [0x1f, 0x8b, ..] => true,
        [(byte)'B', (byte)'Z', (byte)'h', ..] => true,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => true,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => true,
        _ => head.Length == BlockSize && head[MagicOffset..].StartsWith("ustar"u8),
    };

    /// <summary>Bytes that were read already, and the rest.</summary>
    private sealed class Prefixed(ReadOnlyMemory<byte> read, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> pending = read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (pending.Length == 0)
            {
                return rest.Read(buffer);
            }

            var length = Math.Min(buffer.Length, pending.Length);
            pending.Span[..length].CopyTo(buffer);
            pending = pending[length..];
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

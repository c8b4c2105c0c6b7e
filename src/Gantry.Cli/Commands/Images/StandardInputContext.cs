using System.Text;
using Gantry.Client.Streams;

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
    private sealed class Prefixed(ReadOnlyMemory<byte> read, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> pending = read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (pending.Length == 0)
            {
                return await rest.ReadAsync(buffer, cancellationToken);
            }

            var length = Math.Min(buffer.Length, pending.Length);
            pending[..length].CopyTo(buffer);
            pending = pending[length..];
            return length;
        }
    }
}

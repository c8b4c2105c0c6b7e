using System.IO.Compression;
using Gantry.Core;
using ZstdSharp;

namespace Gantry.Images;

/// <summary>Tells compressed archives by their first bytes, as Docker does, whatever a media type claims.</summary>
internal static class Compression
{
    private const int PeekLength = 10;

    /// <summary>The decompressed content of a plain, gzip or zstd stream. Disposing it leaves <paramref name="source"/> open.</summary>
    /// <exception cref="GantryException">InvalidArgument for bzip2 and xz.</exception>
    public static async ValueTask<Stream> DecompressAsync(Stream source, CancellationToken cancellationToken)
    {
        var (peeked, whole) = await PeekAsync(source, cancellationToken).ConfigureAwait(false);
        return Kind(peeked) switch
        {
            CompressionKind.Gzip => new CheckedStream(new GZipStream(whole, CompressionMode.Decompress, leaveOpen: true)),
            CompressionKind.Zstd => new CheckedStream(new DecompressionStream(whole, leaveOpen: true)),
            CompressionKind.Bzip2 => throw GantryException.Invalid("bzip2 archives are not supported"),
            CompressionKind.Xz => throw GantryException.Invalid("xz archives are not supported"),
            _ => whole,
        };
    }

    public static CompressionKind Kind(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, 0x08, ..] => CompressionKind.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => CompressionKind.Zstd,
        [0x42, 0x5a, 0x68, ..] => CompressionKind.Bzip2,
        [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, ..] => CompressionKind.Xz,
        _ => CompressionKind.None,
    };

    private static async ValueTask<(byte[] Peeked, Stream Whole)> PeekAsync(Stream source, CancellationToken cancellationToken)
    {
        var start = new byte[PeekLength];
        var length = await source.ReadAtLeastAsync(start, PeekLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return (start[..length], new PrefixedStream(start.AsMemory(0, length), source));
    }

    // A broken compressed stream is the sender's fault, not ours.
    private sealed class CheckedStream(Stream inner) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            try
            {
                return inner.Read(buffer);
            }
            catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
            {
                throw GantryException.Invalid(e.Message);
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
            {
                throw GantryException.Invalid(e.Message);
            }
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> prefix = prefix;

        public override int Read(Span<byte> buffer) => prefix.IsEmpty ? rest.Read(buffer) : Take(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            prefix.IsEmpty ? rest.ReadAsync(buffer, cancellationToken) : new(Take(buffer.Span));

        private int Take(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, prefix.Length);
            prefix.Span[..count].CopyTo(buffer);
            prefix = prefix[count..];
            return count;
        }
    }
}

/// <summary>How an archive is compressed.</summary>
internal enum CompressionKind
{
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

using System.Diagnostics;
using System.IO.Compression;
using Gantry.Core;
using ZstdSharp;

namespace Gantry.Build.Solve;

/// <summary>Tells archives that ADD unpacks from other files, and opens them as plain tar.</summary>
internal static class ArchiveProbe
{
    private const int BlockSize = 512;

    /// <summary>A plain tar stream of the file, or null when it is not a tar, compressed or not.</summary>
    public static Stream? TryOpenTar(Func<Stream> open)
    {
        using (var probe = Decompress(open()))
        {
            if (probe is null || !IsHeader(probe))
            {
                return null;
            }
        }

        return Decompress(open());
    }

    private static Stream? Decompress(Stream file)
    {
        Span<byte> magic = stackalloc byte[6];
        var length = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        var start = magic[..length];
        return start switch
        {
            [0x1f, 0x8b, ..] => new GZipStream(file, CompressionMode.Decompress),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => new DecompressionStream(file, leaveOpen: false),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => new ProcessStream("xz", file),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new ProcessStream("bzip2", file),
            _ => file,
        };
    }

    // The checksum: all bytes summed, its own field as blanks (ustar, POSIX 1003.1 pax).
    private static bool IsHeader(Stream stream)
    {
        var block = new byte[BlockSize];
        try
        {
            if (stream.ReadAtLeast(block, BlockSize, throwOnEndOfStream: false) < BlockSize)
            {
                return false;
            }
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException)
        {
            return false;
        }

        var field = System.Text.Encoding.ASCII.GetString(block, 148, 8).Trim('\0', ' ');
        var sum = block.Sum(b => b) - block.AsSpan(148, 8).ToArray().Sum(b => b) + (8 * ' ');
        return field.Length > 0 && field.All(c => c is >= '0' and <= '7') && Convert.ToInt32(field, 8) == sum;
    }

    // As Docker does: the formats that have no managed reader go through the system's tool.
    private sealed class ProcessStream : Stream
    {
        private readonly Process process;
        private readonly Task feeding;
        private readonly Stream input;

        public ProcessStream(string tool, Stream input)
        {
            this.input = input;
            try
            {
                process = Process.Start(new ProcessStartInfo(tool, "-dcq") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                input.Dispose();
                throw new GantryException(ErrorKind.NotImplemented, $"unpacking this archive needs {tool} on the host");
            }

            feeding = FeedAsync();
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => process.StandardOutput.BaseStream.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                try
                {
                    process.Kill();
                }
                catch (InvalidOperationException)
                {
                    // Over already.
                }

                feeding.Wait();
                process.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }

        private async Task FeedAsync()
        {
            try
            {
                await input.CopyToAsync(process.StandardInput.BaseStream).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The reader had enough.
            }
        }
    }
}

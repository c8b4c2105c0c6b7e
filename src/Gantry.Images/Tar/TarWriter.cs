using System.Globalization;
using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// Writes a tar: ustar headers, preceded by a pax header only for what ustar cannot say. No user or group names, so that
/// the same tree gives the same bytes everywhere.
/// </summary>
internal sealed class TarWriter(Stream target)
{
    private const int MaximumOctal = 0x1FFFFF; // seven octal digits
    private readonly byte[] buffer = new byte[256 * 1024];
    private int used;

    /// <summary>Writes a header; for a regular file exactly Size bytes must follow.</summary>
    public async ValueTask WriteHeaderAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (PaxContent(entry) is { Length: > 0 } pax)
        {
            var paxEntry = new TarEntry { Name = PaxName(entry.Name), Type = TarEntryType.PaxHeader, Mode = 0x1A4, Size = pax.Length };
            await WriteBlockAsync(paxEntry, cancellationToken).ConfigureAwait(false);
            await WriteAsync(pax, cancellationToken).ConfigureAwait(false);
            await PadAsync(pax.Length, cancellationToken).ConfigureAwait(false);
        }

        await WriteBlockAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A small regular file in one go.</summary>
    public async ValueTask WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var entry = new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.Regular, Mode = 0x1A4, Size = content.Length };
        await WriteHeaderAsync(entry, cancellationToken).ConfigureAwait(false);
        await WriteAsync(content, cancellationToken).ConfigureAwait(false);
        await PadAsync(content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Exactly <paramref name="size"/> bytes of an open file: cut when it grew meanwhile, zeros when it shrank.</summary>
    public async ValueTask WriteFileAsync(FileDescriptor file, long size, CancellationToken cancellationToken)
    {
        for (var remaining = size; remaining > 0;)
        {
            await RoomAsync(1, cancellationToken).ConfigureAwait(false);
            var room = buffer.AsMemory(used, (int)Math.Min(remaining, buffer.Length - used));
            var count = FileSystem.Read(file, room.Span);
            if (count == 0)
            {
                room.Span.Clear();
                count = room.Length;
            }

            used += count;
            remaining -= count;
        }

        await PadAsync(size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A stream of exactly <paramref name="size"/> bytes.</summary>
    public async ValueTask WriteStreamAsync(Stream content, long size, CancellationToken cancellationToken)
    {
        for (var remaining = size; remaining > 0;)
        {
            await RoomAsync(1, cancellationToken).ConfigureAwait(false);
            var count = await content.ReadAsync(buffer.AsMemory(used, (int)Math.Min(remaining, buffer.Length - used)), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            used += count;
            remaining -= count;
        }

        await PadAsync(size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Two zero blocks, and everything goes out.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await RoomAsync(2 * TarHeader.BlockSize, cancellationToken).ConfigureAwait(false);
        buffer.AsSpan(used, 2 * TarHeader.BlockSize).Clear();
        used += 2 * TarHeader.BlockSize;
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        while (!content.IsEmpty)
        {
            await RoomAsync(1, cancellationToken).ConfigureAwait(false);
            var count = Math.Min(content.Length, buffer.Length - used);
            content[..count].CopyTo(buffer.AsMemory(used));
            used += count;
            content = content[count..];
        }
    }

    private async ValueTask PadAsync(long size, CancellationToken cancellationToken)
    {
        var padding = (int)(-size & (TarHeader.BlockSize - 1));
        await RoomAsync(padding, cancellationToken).ConfigureAwait(false);
        buffer.AsSpan(used, padding).Clear();
        used += padding;
    }

    private ValueTask RoomAsync(int count, CancellationToken cancellationToken) =>
        buffer.Length - used >= count ? default : FlushAsync(cancellationToken);

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await target.WriteAsync(buffer.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
        used = 0;
    }

    private async ValueTask WriteBlockAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        await RoomAsync(TarHeader.BlockSize, cancellationToken).ConfigureAwait(false);
        Format(entry, buffer.AsSpan(used, TarHeader.BlockSize));
        used += TarHeader.BlockSize;
    }

    private static void Format(TarEntry entry, Span<byte> block)
    {
        block.Clear();
        Text(entry.Name, block[..100]);
        Octal(entry.Mode, block.Slice(100, 8));
        Octal(Fits(entry.Uid) ? entry.Uid : 0, block.Slice(108, 8));
        Octal(Fits(entry.Gid) ? entry.Gid : 0, block.Slice(116, 8));
        Octal(SizeFits(entry.Size) ? entry.Size : 0, block.Slice(124, 12));
        Octal(TimeFits(entry.Modified) ? entry.Modified.Seconds : 0, block.Slice(136, 12));
        block[156] = (byte)entry.Type;
        Text(entry.LinkName, block.Slice(157, 100));
        "ustar\000"u8.CopyTo(block[257..]);
        Octal(entry.DeviceMajor, block.Slice(329, 8));
        Octal(entry.DeviceMinor, block.Slice(337, 8));
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        Octal(sum, block.Slice(148, 7));
    }

    private static byte[] PaxContent(TarEntry entry)
    {
        using var records = new MemoryStream();
        if (entry.Name.Length > 100)
        {
            Record("path", entry.Name);
        }

        if (entry.LinkName.Length > 100)
        {
            Record("linkpath", entry.LinkName);
        }

        if (!SizeFits(entry.Size))
        {
            Number("size", entry.Size);
        }

        if (!Fits(entry.Uid))
        {
            Number("uid", (uint)entry.Uid);
        }

        if (!Fits(entry.Gid))
        {
            Number("gid", (uint)entry.Gid);
        }

        if (!TimeFits(entry.Modified))
        {
            Record("mtime", Encoding.ASCII.GetBytes(Decimal(entry.Modified)));
        }

        foreach (var attribute in entry.Attributes.OrderBy(a => a.Name, ByteOrder.Instance))
        {
            Record("SCHILY.xattr." + Encoding.Latin1.GetString(attribute.Name), attribute.Value);
        }

        return records.ToArray();

        void Number(string key, long value) => Record(key, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

        void Record(string key, byte[] value)
        {
            // The length counts its own digits.
            var rest = key.Length + value.Length + 3;
            var length = rest + Digits(rest);
            length = rest + Digits(length);

            records.Write(Encoding.Latin1.GetBytes($"{length} {key}="));
            records.Write(value);
            records.WriteByte((byte)'\n');
        }

        static int Digits(int value) => value.ToString(CultureInfo.InvariantCulture).Length;
    }

    private static byte[] PaxName(byte[] name)
    {
        var slash = name.AsSpan().TrimEnd((byte)'/').LastIndexOf((byte)'/');
        byte[] full = [.. "PaxHeaders.0/"u8, .. name.AsSpan(slash + 1).TrimEnd((byte)'/')];
        return full.Length > 100 ? full[..100] : full;
    }

    private static bool Fits(int id) => id is >= 0 and <= MaximumOctal;

    private static bool SizeFits(long size) => size <= 0x1_FFFF_FFFFL; // eleven octal digits

    private static bool TimeFits(FileTime time) => time is { Nanoseconds: 0, Seconds: >= 0 and <= 0x1_FFFF_FFFFL };

    private static string Decimal(FileTime time) => time.Seconds < 0 && time.Nanoseconds > 0
        ? $"-{-(time.Seconds + 1)}.{1_000_000_000 - time.Nanoseconds:D9}"
        : time.Nanoseconds == 0 ? $"{time.Seconds}" : $"{time.Seconds}.{time.Nanoseconds:D9}";

    private static void Text(ReadOnlySpan<byte> text, Span<byte> field) => text[..Math.Min(text.Length, field.Length)].CopyTo(field);

    private static void Octal(long value, Span<byte> field)
    {
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}

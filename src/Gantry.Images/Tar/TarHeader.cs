using System.Buffers.Binary;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Fields of one 512-byte header block: ustar, GNU and old (v7) headers.</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int BlockSize = 512;
    private const int ChecksumOffset = 148, ChecksumLength = 8;

    private readonly ReadOnlySpan<byte> block = block;

    public TarEntryType Type => (TarEntryType)block[156];

    public byte[] Name
    {
        get
        {
            var name = Text(0, 100);
            var prefix = IsUstar ? Text(345, 155) : [];
            return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
        }
    }

    public byte[] LinkName => Text(157, 100).ToArray();

    public long Mode => Number(100, 8);

    public long Uid => Number(108, 8);

    public long Gid => Number(116, 8);

    public long Size => Number(124, 12);

    public FileTime Modified => new(Number(136, 12));

    public long DeviceMajor => IsUstar || IsGnu ? Number(329, 8) : 0;

    public long DeviceMinor => IsUstar || IsGnu ? Number(337, 8) : 0;

    public bool IsGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    // GNU's old sparse format: four regions here, more in extension blocks, then the real size.
    public bool SparseIsExtended => block[482] != 0;

    public long SparseRealSize => Number(483, 12);

    private bool IsUstar => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>Appends the regions in an old-GNU table; an empty one ends it.</summary>
    public static void ReadSparse(ReadOnlySpan<byte> table, int count, List<SparseRegion> regions)
    {
        for (var i = 0; i < count && table[i * 24] != 0; i++)
        {
            regions.Add(new SparseRegion(Number(table.Slice(i * 24, 12)), Number(table.Slice((i * 24) + 12, 12))));
        }
    }

    public void ReadSparse(List<SparseRegion> regions) => ReadSparse(block[386..], 4, regions);

    /// <summary>The sum of all bytes with the checksum field as blanks; some old tars summed signed bytes.</summary>
    public bool ChecksumIsValid()
    {
        int unsigned = 0, signed = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            var value = i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        var expected = Number(ChecksumOffset, ChecksumLength);
        return expected == unsigned || expected == signed;
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        var field = block.Slice(offset, length);
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private long Number(int offset, int length) => Number(block.Slice(offset, length));

    /// <summary>Octal digits between blanks and zeros, or, with the top bit set, a big-endian two's complement number (GNU).</summary>
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return BinaryNumber(field);
        }

        long value = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            // What follows a terminator is not part of the number.
            if (digit is 0 or (byte)' ')
            {
                break;
            }

            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                throw TarErrors.InvalidHeader();
            }

            value = (value << 3) | (long)(digit - '0');
        }

        return value;
    }

    private static long BinaryNumber(ReadOnlySpan<byte> field)
    {
        var negative = (field[0] & 0x40) != 0;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Fill(negative ? (byte)0xff : (byte)0);
        var target = bytes[^field.Length..];
        field.CopyTo(target);
        target[0] = negative ? field[0] : (byte)(field[0] & 0x7f);
        var value = BinaryPrimitives.ReadInt128BigEndian(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : throw TarErrors.InvalidHeader();
    }
}

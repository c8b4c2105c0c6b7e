using System.Text;
using Gantry.Core;
using static Gantry.Images.TarHeader;

namespace Gantry.Images;

/// <summary>
/// Reads a tar as it streams by: ustar, v7, GNU and pax archives with long names, sparse files and extended attributes.
/// Reads ahead into one buffer of its own; content comes in slices of it.
/// </summary>
internal sealed class TarReader(Stream source)
{
    private const int SpecialLimit = 1 << 20;

    private readonly byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;
    private long remaining;
    private int padding;
    private bool mapContinues;
    private bool ended;

    /// <summary>The next member, or null at the end. What was left of the last one's content is skipped.</summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        byte[]? longName = null, longLink = null;
        PaxRecords? pax = null;
        while (!ended)
        {
            await SkipContentAsync(cancellationToken).ConfigureAwait(false);
            if (!await TryFillAsync(BlockSize, cancellationToken).ConfigureAwait(false) || IsZero(Block))
            {
                ended = true;
                break;
            }

            var header = new TarHeader(Block);
            if (!header.ChecksumIsValid())
            {
                throw TarErrors.InvalidHeader();
            }

            switch (header.Type)
            {
                case TarEntryType.PaxHeader:
                    pax = PaxRecords.Read(await ReadSpecialAsync(cancellationToken).ConfigureAwait(false));
                    continue;
                case TarEntryType.GnuLongName:
                    longName = ZeroEnded(await ReadSpecialAsync(cancellationToken).ConfigureAwait(false));
                    continue;
                case TarEntryType.GnuLongLink:
                    longLink = ZeroEnded(await ReadSpecialAsync(cancellationToken).ConfigureAwait(false));
                    continue;
                case TarEntryType.PaxGlobalHeader:
                    // As Go does: global headers (git writes its commit there) do not apply to the members.
                    await ReadSpecialAsync(cancellationToken).ConfigureAwait(false);
                    continue;
            }

            if (ToEntry(header, pax, longName, longLink) is { } entry)
            {
                return await WithSparseMapAsync(entry, pax, cancellationToken).ConfigureAwait(false);
            }

            // A member of an unknown type is passed over with what described it.
            (longName, longLink, pax) = (null, null, null);
        }

        return longName is null && longLink is null && pax is null ? null : throw TarErrors.UnexpectedEnd();
    }

    /// <summary>The next bytes of the member's content, empty at its end; valid until the next call.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) => ReadAsync(long.MaxValue, cancellationToken);

    /// <summary>The same, at most <paramref name="limit"/> bytes.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long limit, CancellationToken cancellationToken)
    {
        if (remaining == 0)
        {
            return default;
        }

        if (start == end && !await TryFillAsync(1, cancellationToken).ConfigureAwait(false))
        {
            throw TarErrors.UnexpectedEnd();
        }

        var length = (int)Math.Min(Math.Min(remaining, limit), end - start);
        var slice = buffer.AsMemory(start, length);
        start += length;
        remaining -= length;
        return slice;
    }

    /// <summary>The member's whole content, refused when it is longer than <paramref name="limit"/>.</summary>
    public async ValueTask<byte[]> ReadAllAsync(int limit, CancellationToken cancellationToken)
    {
        if (remaining > limit)
        {
            throw GantryException.Invalid($"archive member of {remaining} bytes is too large");
        }

        var content = new byte[remaining];
        for (var filled = 0; filled < content.Length;)
        {
            var slice = await ReadAsync(cancellationToken).ConfigureAwait(false);
            slice.CopyTo(content.AsMemory(filled));
            filled += slice.Length;
        }

        return content;
    }

    /// <summary>The member's content as a stream.</summary>
    public Stream OpenContent() => new TarContentStream(this);

    /// <summary>Reads the source to its end, so that whoever counts or hashes it has seen everything.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        start = end = 0;
        while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private ReadOnlySpan<byte> Block => buffer.AsSpan(start, BlockSize);

    private TarEntry? ToEntry(TarHeader header, PaxRecords? pax, byte[]? longName, byte[]? longLink)
    {
        start += BlockSize;
        var size = pax?.Size ?? header.Size;
        var name = pax?.Path ?? longName ?? header.Name;
        var type = header.Type switch
        {
            0 or TarEntryType.Contiguous => TarEntryType.Regular,
            var other => other,
        };

        // Before ustar a directory was a file whose name ends in a slash.
        type = type == TarEntryType.Regular && header.Type == 0 && name is [.., (byte)'/'] ? TarEntryType.Directory : type;
        var hasContent = type is not (TarEntryType.HardLink or TarEntryType.SymbolicLink or TarEntryType.CharacterDevice
            or TarEntryType.BlockDevice or TarEntryType.Directory or TarEntryType.Fifo);
        if (size < 0)
        {
            throw TarErrors.InvalidHeader();
        }

        StartContent(hasContent ? size : 0);
        if (type is not (TarEntryType.Regular or TarEntryType.GnuSparse) && hasContent)
        {
            return null;
        }

        List<SparseRegion>? sparse = null;
        if (type == TarEntryType.GnuSparse)
        {
            header.ReadSparse(sparse = []);
            mapContinues = header.SparseIsExtended;
        }

        return new TarEntry
        {
            Name = name,
            Type = type,
            LinkName = pax?.LinkPath ?? longLink ?? header.LinkName,
            Mode = (int)header.Mode & 0xFFF,
            Uid = Identity(pax?.Uid ?? header.Uid),
            Gid = Identity(pax?.Gid ?? header.Gid),
            Size = sparse is null ? hasContent ? size : 0 : header.SparseRealSize,
            Modified = pax?.Modified ?? header.Modified,
            DeviceMajor = (uint)header.DeviceMajor,
            DeviceMinor = (uint)header.DeviceMinor,
            Attributes = pax?.Attributes ?? [],
            Sparse = sparse,
        };
    }

    private static int Identity(long value) => value is >= 0 and <= uint.MaxValue ? (int)(uint)value : throw TarErrors.InvalidHeader();

    private async ValueTask<TarEntry> WithSparseMapAsync(TarEntry entry, PaxRecords? pax, CancellationToken cancellationToken)
    {
        if (mapContinues)
        {
            entry = entry with { Sparse = await ReadExtensionsAsync([.. entry.Sparse!], cancellationToken).ConfigureAwait(false) };
        }
        else if (entry.IsRegular && pax is { SparseMapInContent: true })
        {
            entry = entry with { Sparse = await ReadMapInContentAsync(cancellationToken).ConfigureAwait(false), Size = pax.SparseRealSize ?? entry.Size };
        }
        else if (entry.IsRegular && pax?.SparseMap is { } map)
        {
            entry = entry with { Sparse = map, Size = pax.SparseRealSize ?? entry.Size };
        }

        entry = entry.Type == TarEntryType.GnuSparse ? entry with { Type = TarEntryType.Regular } : entry;
        return entry.Sparse is null || IsOrderly(entry.Sparse, entry.Size) ? entry : throw TarErrors.InvalidHeader("sparse map");
    }

    // Regions go upwards without overlap, end within the file, and add up to the content.
    private bool IsOrderly(IReadOnlyList<SparseRegion> regions, long size)
    {
        long position = 0, total = 0;
        foreach (var region in regions)
        {
            if (region.Offset < position || region.Length < 0 || region.Offset > size - region.Length)
            {
                return false;
            }

            position = region.Offset + region.Length;
            total += region.Length;
        }

        return total == remaining;
    }

    private async ValueTask<List<SparseRegion>> ReadExtensionsAsync(List<SparseRegion> regions, CancellationToken cancellationToken)
    {
        while (mapContinues)
        {
            await FillAsync(BlockSize, cancellationToken).ConfigureAwait(false);
            ReadSparse(Block, 21, regions);
            mapContinues = Block[504] != 0;
            start += BlockSize;
        }

        return regions;
    }

    private async ValueTask<List<SparseRegion>> ReadMapInContentAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        List<long> numbers = [];
        while (numbers.Count == 0 || numbers.Count < 1 + (2 * numbers[0]))
        {
            if (remaining < BlockSize)
            {
                throw TarErrors.InvalidHeader("sparse map");
            }

            await FillAsync(BlockSize, cancellationToken).ConfigureAwait(false);
            foreach (var c in Block)
            {
                if (c == '\n' && (numbers.Count == 0 || numbers.Count < 1 + (2 * numbers[0])))
                {
                    numbers.Add(long.TryParse(text.ToString(), out var number) && number >= 0 && (numbers.Count > 0 || number < 1 << 20)
                        ? number : throw TarErrors.InvalidHeader("sparse map"));
                    text.Clear();
                }
                else if (c is >= (byte)'0' and <= (byte)'9' && text.Length < 20)
                {
                    text.Append((char)c);
                }
            }

            start += BlockSize;
            remaining -= BlockSize;
        }

        return [.. numbers.Skip(1).Chunk(2).Select(pair => new SparseRegion(pair[0], pair[1]))];
    }

    private async ValueTask<byte[]> ReadSpecialAsync(CancellationToken cancellationToken)
    {
        var size = new TarHeader(Block).Size;
        if (size is < 0 or > SpecialLimit)
        {
            throw TarErrors.InvalidHeader();
        }

        start += BlockSize;
        StartContent(size);
        return await ReadAllAsync(SpecialLimit, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] ZeroEnded(byte[] text) => Array.IndexOf(text, (byte)0) is var end and >= 0 ? text[..end] : text;

    private void StartContent(long size)
    {
        remaining = size;
        padding = (int)(-size & (BlockSize - 1));
    }

    private async ValueTask SkipContentAsync(CancellationToken cancellationToken)
    {
        while (remaining > 0)
        {
            await ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        // A last member without its padding is accepted, as Go does.
        if (padding > 0)
        {
            start = await TryFillAsync(padding, cancellationToken).ConfigureAwait(false) ? start + padding : end;
        }

        padding = 0;
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (!await TryFillAsync(count, cancellationToken).ConfigureAwait(false))
        {
            throw TarErrors.UnexpectedEnd();
        }
    }

    /// <summary>Has at least <paramref name="count"/> bytes in the buffer; false at the clean end of the source.</summary>
    private async ValueTask<bool> TryFillAsync(int count, CancellationToken cancellationToken)
    {
        if (end - start >= count)
        {
            return true;
        }

        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        while (end < count)
        {
            var read = await source.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return end == 0 || padding > 0 ? false : throw TarErrors.UnexpectedEnd();
            }

            end += read;
        }

        return true;
    }
}

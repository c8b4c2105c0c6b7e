using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>A run of attributes in a reply. The kernel's messages hold few, so each look-up walks them.</summary>
internal readonly ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>The attribute's value, empty when it is missing.</summary>
    internal ReadOnlySpan<byte> Find(ushort type)
    {
        var rest = bytes;
        while (rest.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length < 4 || length > rest.Length)
            {
                break;
            }

            if ((BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & NetlinkConstants.NLA_TYPE_MASK) == type)
            {
                return rest[4..length];
            }

            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }

        return [];
    }

    internal NetlinkAttributes Nested(ushort type) => new(Find(type));

    internal int? FindInt32(ushort type) => Find(type) is { Length: >= 4 } value ? MemoryMarshal.Read<int>(value) : null;

    internal byte? FindByte(ushort type) => Find(type) is { Length: >= 1 } value ? value[0] : null;

    internal ushort? FindBigEndian(ushort type) => Find(type) is { Length: >= 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : null;

    internal string? FindString(ushort type) => Find(type) is { Length: > 0 } value ? Encoding.ASCII.GetString(value.TrimEnd((byte)0)) : null;
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>
/// One request being written: header, family header, attributes (nested ones between <see cref="Begin"/> and <see cref="End"/>).
/// Attributes are aligned to four bytes as netlink(7) wants.
/// </summary>
internal sealed class NetlinkMessage
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    internal NetlinkMessage(string call, ushort type, ushort flags)
    {
        Call = call;
        IsDump = (flags & NetlinkConstants.NLM_F_DUMP) == NetlinkConstants.NLM_F_DUMP;
        if (!IsDump)
        {
            flags |= NetlinkConstants.NLM_F_ACK;
        }

        Header(new NetlinkHeader(0, type, (ushort)(flags | NetlinkConstants.NLM_F_REQUEST), 0, 0));
    }

    /// <summary>What the request does, for the text of an error.</summary>
    internal string Call { get; }

    /// <summary>A dump ends with NLMSG_DONE, anything else with an acknowledgement.</summary>
    internal bool IsDump { get; }

    internal NetlinkMessage Header<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(Reserve(Marshal.SizeOf<T>()), value);
        return this;
    }

    internal NetlinkMessage Add(ushort type, ReadOnlySpan<byte> value)
    {
        var target = Reserve(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], type);
        value.CopyTo(target[4..]);
        return this;
    }

    internal NetlinkMessage Add(ushort type, string value) => Add(type, Encoding.ASCII.GetBytes(value + '\0'));

    internal NetlinkMessage Add(ushort type, byte value) => Add(type, [value]);

    internal NetlinkMessage Add(ushort type, uint value) => Add(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(ref value)));

    internal NetlinkMessage Add(ushort type, int value) => Add(type, (uint)value);

    /// <summary>For the ports and such that travel in network order.</summary>
    internal NetlinkMessage AddBigEndian(ushort type, ushort value) => Add(type, [(byte)(value >> 8), (byte)value]);

    internal int Begin(ushort type)
    {
        var start = buffer.WrittenCount;
        Add(type, []);
        return start;
    }

    internal void End(int start) => BinaryPrimitives.WriteUInt16LittleEndian(Written(start), (ushort)(buffer.WrittenCount - start));

    /// <summary>The finished bytes, under this sequence number.</summary>
    internal ReadOnlySpan<byte> Finish(uint sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Written(0), (uint)buffer.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(Written(8), sequence);
        return buffer.WrittenSpan;
    }

    private Span<byte> Reserve(int length)
    {
        var aligned = (length + 3) & ~3;
        var span = buffer.GetSpan(aligned)[..aligned];
        span.Clear();
        buffer.Advance(aligned);
        return span;
    }

    private Span<byte> Written(int start) => MemoryMarshal.AsMemory(buffer.WrittenMemory).Span[start..];
}

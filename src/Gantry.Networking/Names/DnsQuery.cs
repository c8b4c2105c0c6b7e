using System.Buffers.Binary;
using System.Text;

namespace Gantry.Networking.Names;

/// <summary>A parsed question (RFC 1035 4.1): one per message, as all resolvers send.</summary>
/// <param name="Message">The whole message as it came.</param>
/// <param name="QuestionEnd">Offset behind the question section.</param>
/// <param name="Name">Lower case, no trailing dot.</param>
/// <param name="PayloadSize">What the client takes by UDP (RFC 6891); null: it speaks no EDNS, 512 bytes.</param>
internal sealed record DnsQuery(ReadOnlyMemory<byte> Message, int QuestionEnd, string Name, ushort Type, ushort Class, ushort? PayloadSize)
{
    internal const int HeaderSize = 12;

    /// <summary>Null for what is no query.</summary>
    internal static DnsQuery? TryParse(ReadOnlyMemory<byte> message)
    {
        var bytes = message.Span;
        if (bytes.Length < HeaderSize || (bytes[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1)
        {
            return null;
        }

        var position = HeaderSize;
        if (ReadName(bytes, ref position) is not { } name || position + 4 > bytes.Length)
        {
            return null;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
        var @class = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]);
        position += 4;
        return new DnsQuery(message, position, name, type, @class, FindPayloadSize(bytes, position));
    }

    /// <summary>Whether a message answers this question: same section, letter for letter but case.</summary>
    internal bool IsAnsweredBy(ReadOnlySpan<byte> response)
    {
        if (response.Length < QuestionEnd || (response[2] & 0x80) == 0 || BinaryPrimitives.ReadUInt16BigEndian(response[4..]) != 1)
        {
            return false;
        }

        return Ascii.EqualsIgnoreCase(Message.Span[HeaderSize..QuestionEnd], response[HeaderSize..QuestionEnd])
            || Message.Span[HeaderSize..QuestionEnd].SequenceEqual(response[HeaderSize..QuestionEnd]);
    }

    private static string? ReadName(ReadOnlySpan<byte> bytes, ref int position)
    {
        var name = new StringBuilder();
        while (position < bytes.Length)
        {
            var length = bytes[position++];
            if (length == 0)
            {
                return name.ToString();
            }

            // The two high bits mark a pointer, which has nothing to point to in a question.
            if (length > 63 || position + length > bytes.Length || name.Length + length > 255)
            {
                return null;
            }

            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.Latin1.GetString(bytes.Slice(position, length)).ToLowerInvariant());
            position += length;
        }

        return null;
    }

    /// <summary>A query has no other records before its OPT one, whose owner is the root.</summary>
    private static ushort? FindPayloadSize(ReadOnlySpan<byte> bytes, int position) =>
        bytes.Length >= position + 11
        && bytes[position] == 0
        && BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 1)..]) == DnsType.OPT
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 3)..])
            : null;
}

using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Gantry.Networking.Names;

/// <summary>Writes answers of our own. What upstream resolvers answer passes through as it is.</summary>
internal static class DnsResponse
{
    // Short: a container that is started anew has another address.
    private const uint TimeToLive = 5;

    private const ushort OwnPayloadSize = 1232;
    private const int OptSize = 11;
    private const ushort NameIsTheQuestion = 0xc000 | DnsQuery.HeaderSize;

    internal static byte[] Error(DnsQuery query, DnsCode code) => Write(query, code, DnsType.A, [], int.MaxValue);

    /// <summary>No addresses: the name exists, without records of the asked type.</summary>
    /// <param name="limit">Bytes the transport takes: what is over is left out and the answer marked truncated.</param>
    internal static byte[] Addresses(DnsQuery query, IReadOnlyList<IPAddress> addresses, int limit) =>
        Write(query, DnsCode.NoError, query.Type, [.. addresses.Select(address => address.GetAddressBytes())], limit);

    internal static byte[] Pointer(DnsQuery query, string name) => Write(query, DnsCode.NoError, DnsType.PTR, [EncodeName(name)], int.MaxValue);

    private static byte[] Write(DnsQuery query, DnsCode code, ushort type, IReadOnlyList<byte[]> records, int limit)
    {
        var request = query.Message.Span;
        var size = query.QuestionEnd + (query.PayloadSize is null ? 0 : OptSize);
        var count = records.TakeWhile(record => (size += 12 + record.Length) <= limit).Count();

        var message = new ArrayBufferWriter<byte>(512);
        message.Write(request[..query.QuestionEnd]);
        foreach (var record in records.Take(count))
        {
            Append(message, NameIsTheQuestion, type, DnsType.IN);
            var ttl = message.GetSpan(4);
            BinaryPrimitives.WriteUInt32BigEndian(ttl, TimeToLive);
            message.Advance(4);
            Append(message, (ushort)record.Length);
            message.Write(record);
        }

        if (query.PayloadSize is not null)
        {
            message.Write("\0"u8);
            Append(message, DnsType.OPT, OwnPayloadSize, 0, 0, 0);
        }

        var response = message.WrittenSpan.ToArray();
        var truncated = count < records.Count;

        // QR, AA, TC, and the RD bit of the query; RA and the code; then the counts.
        response[2] = (byte)(0x80 | (request[2] & 0x79) | 0x04 | (truncated ? 0x02 : 0));
        response[3] = (byte)(0x80 | (byte)code);
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(6), (ushort)count);
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(10), query.PayloadSize is null ? (ushort)0 : (ushort)1);
        return response;
    }

    private static void Append(ArrayBufferWriter<byte> message, params ReadOnlySpan<ushort> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.GetSpan(2), value);
            message.Advance(2);
        }
    }

    private static byte[] EncodeName(string name)
    {
        var encoded = new List<byte>(name.Length + 2);
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = Encoding.Latin1.GetBytes(label.Length > 63 ? label[..63] : label);
            encoded.Add((byte)bytes.Length);
            encoded.AddRange(bytes);
        }

        encoded.Add(0);
        return [.. encoded];
    }
}

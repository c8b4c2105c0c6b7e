using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Linux.Namespaces;

namespace Gantry.Networking.Tests.Support;

/// <summary>A resolver's client, written anew so that it shares no mistake with the server.</summary>
internal static class Questions
{
    internal const ushort A = 1;
    internal const ushort PTR = 12;
    internal const ushort AAAA = 28;

    internal static byte[] Query(string name, ushort type, ushort? payloadSize = null)
    {
        var bytes = new List<byte> { 0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, payloadSize is null ? (byte)0 : (byte)1 };
        foreach (var label in name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (payloadSize is { } size)
        {
            bytes.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        }

        return [.. bytes];
    }

    /// <summary>The code, whether truncated, and the records' data.</summary>
    internal static (int Code, bool Truncated, List<byte[]> Records) Read(byte[] answer)
    {
        Assert.Equal([0x12, 0x34], answer[..2]);
        var position = SkipName(answer, 12) + 4;
        var records = new List<byte[]>();
        for (int left = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)); left > 0; left--)
        {
            position = SkipName(answer, position) + 8;
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(position));
            records.Add(answer[(position + 2)..(position + 2 + length)]);
            position += 2 + length;
        }

        return (answer[3] & 0xf, (answer[2] & 2) != 0, records);
    }

    internal static async Task<byte[]> AskUdp(NetworkNamespace place, byte[] query, int seconds = 5)
    {
        using var socket = Wires.Socket(place, ProtocolType.Udp);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await socket.ConnectAsync(IPAddress.Parse("127.0.0.11"), 53, timeout.Token);
        await socket.SendAsync(query, timeout.Token);
        var buffer = new byte[8192];
        return buffer[..await socket.ReceiveAsync(buffer, timeout.Token)];
    }

    internal static async Task<byte[]> AskTcp(NetworkNamespace place, byte[] query)
    {
        using var socket = Wires.Socket(place, ProtocolType.Tcp);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(IPAddress.Parse("127.0.0.11"), 53, timeout.Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], timeout.Token);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, timeout.Token);
        var answer = new byte[prefix[0] << 8 | prefix[1]];
        await stream.ReadExactlyAsync(answer, timeout.Token);
        return answer;
    }

    internal static async Task<IReadOnlyList<IPAddress>> Addresses(NetworkNamespace place, string name)
    {
        var (code, _, records) = Read(await AskUdp(place, Query(name, A)));
        Assert.Equal(0, code);
        return [.. records.Select(record => new IPAddress(record))];
    }

    private static int SkipName(byte[] message, int position)
    {
        while (message[position] is not 0 and < 0xc0)
        {
            position += message[position] + 1;
        }

        return message[position] == 0 ? position + 1 : position + 2;
    }
}

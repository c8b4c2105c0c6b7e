using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Addresses;

/// <summary>Addresses of either family as numbers in host order.</summary>
internal static class AddressNumber
{
    internal static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    internal static IPAddress ToAddress(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[family == AddressFamily.InterNetwork ? 4 : 16];
        if (bytes.Length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        }

        return new IPAddress(bytes);
    }

    /// <summary>First and last address of a network, all of it.</summary>
    internal static (UInt128 First, UInt128 Last) Bounds(IPNetwork network)
    {
        var first = Of(network.BaseAddress);
        var free = (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) - network.PrefixLength;
        return (first, first | (free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1));
    }

    /// <summary>The address so many steps into a network.</summary>
    internal static IPAddress At(IPNetwork network, int offset) => ToAddress(Of(network.BaseAddress) + (UInt128)offset, network.BaseAddress.AddressFamily);
}

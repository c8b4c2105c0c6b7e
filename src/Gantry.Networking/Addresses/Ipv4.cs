using System.Buffers.Binary;
using System.Net;
using Gantry.Core;

namespace Gantry.Networking.Addresses;

/// <summary>IPv4 addresses as numbers in host order.</summary>
internal static class Ipv4
{
    internal static uint ToNumber(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[4];
        return address.TryWriteBytes(octets, out var written) && written == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(octets)
            : throw GantryException.Invalid($"invalid IPv4 address: {address}");
    }

    internal static IPAddress FromNumber(uint number)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        return new IPAddress(octets);
    }

    /// <summary>First and last address, the network's own and the broadcast one included.</summary>
    internal static (uint First, uint Last) Bounds(IPNetwork network)
    {
        var first = ToNumber(network.BaseAddress);
        return (first, network.PrefixLength == 0 ? uint.MaxValue : first | (uint)((1UL << (32 - network.PrefixLength)) - 1));
    }

    internal static bool Overlap(IPNetwork left, IPNetwork right) => left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress);
}

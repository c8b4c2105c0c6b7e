using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gantry.Core;

namespace Gantry.Networking.Addresses;

/// <summary>
/// An interface's hardware address made from its address, so that neighbours' caches stay right when the address gets a new owner: 02:42 and the
/// octets of IPv4, or of a digest of IPv6.
/// </summary>
internal static class DerivedMacAddress
{
    internal static MacAddress Of(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.AddressFamily == AddressFamily.InterNetwork ? octets : SHA256.HashData(octets));
        return new MacAddress(0x0242_0000_0000 | (ulong)number);
    }
}

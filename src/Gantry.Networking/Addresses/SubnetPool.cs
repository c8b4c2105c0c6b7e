using System.Net;
using Gantry.Core;

namespace Gantry.Networking.Addresses;

/// <summary>Finds subnets for networks that name none.</summary>
internal static class SubnetPool
{
    // A route as wide as this (a VPN's two halves of everything) says nothing about who uses what.
    private const int WidestRoute = 3;

    internal static IReadOnlyList<(IPNetwork, int)> Defaults { get; } =
    [
        (IPNetwork.Parse("172.17.0.0/16"), 16),
        (IPNetwork.Parse("172.18.0.0/16"), 16),
        (IPNetwork.Parse("172.19.0.0/16"), 16),
        (IPNetwork.Parse("172.20.0.0/14"), 16),
        (IPNetwork.Parse("172.24.0.0/14"), 16),
        (IPNetwork.Parse("172.28.0.0/14"), 16),
        (IPNetwork.Parse("192.168.0.0/16"), 20),
    ];

    /// <summary>A /48 of unique local addresses (RFC 4193) that is this machine's and no other's, in /64.</summary>
    internal static (IPNetwork, int) LocalPool(string seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bytes[0] = 0xfd;
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed)).AsSpan(0, 5).CopyTo(bytes[1..]);
        return (new IPNetwork(new IPAddress(bytes), 48), 64);
    }

    /// <summary>The first subnet of the pools, which are of one family, that overlaps none of the networks.</summary>
    /// <exception cref="GantryException">Unavailable: there is none.</exception>
    internal static IPNetwork Allocate(IReadOnlyList<(IPNetwork Pool, int PrefixLength)> pools, IEnumerable<IPNetwork> taken)
    {
        var family = pools.Count > 0 ? pools[0].Pool.BaseAddress.AddressFamily : default;
        var avoided = taken
            .Where(network => network.BaseAddress.AddressFamily == family && network.PrefixLength > WidestRoute)
            .Select(AddressNumber.Bounds)
            .ToArray();
        foreach (var (pool, prefixLength) in pools)
        {
            var (first, last) = AddressNumber.Bounds(pool);
            var size = UInt128.One << ((family == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128) - prefixLength);
            for (var start = first; start + size - 1 <= last; start += size)
            {
                var end = start + size - 1;
                if (!avoided.Any(bounds => bounds.First <= end && bounds.Last >= start))
                {
                    return new IPNetwork(AddressNumber.ToAddress(start, family), prefixLength);
                }
            }
        }

        throw new GantryException(ErrorKind.Unavailable, "all predefined address pools have been fully subnetted");
    }
}

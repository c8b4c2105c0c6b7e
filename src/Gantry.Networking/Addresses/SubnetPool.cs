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

    /// <summary>The first subnet of the pools that overlaps none of the networks.</summary>
    /// <exception cref="GantryException">Unavailable: there is none.</exception>
    internal static IPNetwork Allocate(IReadOnlyList<(IPNetwork Pool, int PrefixLength)> pools, IEnumerable<IPNetwork> taken)
    {
        var avoided = taken
            .Where(network => network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && network.PrefixLength > WidestRoute)
            .Select(Ipv4.Bounds)
            .ToArray();
        foreach (var (pool, prefixLength) in pools)
        {
            var (first, last) = Ipv4.Bounds(pool);
            var size = 1UL << (32 - prefixLength);
            for (ulong start = first; start + size - 1 <= last; start += size)
            {
                var end = start + size - 1;
                if (!avoided.Any(bounds => bounds.First <= end && bounds.Last >= start))
                {
                    return new IPNetwork(Ipv4.FromNumber((uint)start), prefixLength);
                }
            }
        }

        throw new GantryException(ErrorKind.Unavailable, "all predefined address pools have been fully subnetted");
    }
}

using System.Net;
using System.Net.Sockets;
using Gantry.Core;

namespace Gantry.Networking.Addresses;

/// <summary>
/// The addresses of one subnet of a network. Given out in rising order, round again at the end, so that one just released comes back last.
/// Nothing is persisted: what is in use is taken again from the Engine's endpoint states at boot.
/// </summary>
internal sealed class AddressPool
{
    private readonly Lock gate = new();
    private readonly HashSet<UInt128> taken = [];
    private readonly IPNetwork subnet;
    private readonly string owner;
    private readonly UInt128 first;
    private readonly UInt128 last;
    private UInt128 cursor;

    /// <param name="reserved">Of either family: those of this one are never given out.</param>
    /// <param name="owner">The network's name and id, for the message.</param>
    internal AddressPool(IPNetwork subnet, IPNetwork? range, IReadOnlyList<IPAddress> reserved, string owner)
    {
        (this.subnet, this.owner) = (subnet, owner);
        var whole = AddressNumber.Bounds(subnet);
        (first, last) = AddressNumber.Bounds(range ?? subnet);
        cursor = last;
        taken.UnionWith(reserved.Where(address => address.AddressFamily == subnet.BaseAddress.AddressFamily).Select(AddressNumber.Of));

        // The network's own address and the broadcast one; in IPv6 the routers' (RFC 4291 2.6.1), and there is no other.
        if (subnet.PrefixLength < (IsIPv4 ? 31 : 127))
        {
            taken.Add(whole.First);
            _ = IsIPv4 && taken.Add(whole.Last);
        }
    }

    private bool IsIPv4 => subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>The asked address, or the next free one.</summary>
    /// <exception cref="GantryException">Conflict: in use. InvalidArgument: not of this network. Unavailable: none left.</exception>
    internal IPAddress Take(IPAddress? asked)
    {
        lock (gate)
        {
            return asked is null ? TakeNext() : TakeExactly(asked);
        }
    }

    internal void Release(IPAddress address)
    {
        lock (gate)
        {
            taken.Remove(AddressNumber.Of(address));
        }
    }

    private IPAddress TakeExactly(IPAddress asked)
    {
        if (asked.AddressFamily != subnet.BaseAddress.AddressFamily || !subnet.Contains(asked))
        {
            throw GantryException.Invalid($"no configured subnet or ip-range contain the IP address {asked}");
        }

        if (!taken.Add(AddressNumber.Of(asked)))
        {
            throw GantryException.Conflict("Address already in use");
        }

        return asked;
    }

    private IPAddress TakeNext()
    {
        for (UInt128 tried = 0; tried <= last - first; tried++)
        {
            cursor = cursor >= last || cursor < first ? first : cursor + 1;
            if (taken.Add(cursor))
            {
                return AddressNumber.ToAddress(cursor, subnet.BaseAddress.AddressFamily);
            }
        }

        throw new GantryException(
            ErrorKind.Unavailable,
            $"no available {(IsIPv4 ? "IPv4" : "IPv6")} addresses on this network's address pools: {owner}");
    }
}

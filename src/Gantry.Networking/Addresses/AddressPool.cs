using System.Net;
using Gantry.Core;

namespace Gantry.Networking.Addresses;

/// <summary>
/// The addresses of one network. Given out in rising order, round again at the end, so that one just released comes back last.
/// Nothing is persisted: what is in use is taken again from the Engine's endpoint states at boot.
/// </summary>
internal sealed class AddressPool
{
    private readonly Lock gate = new();
    private readonly HashSet<uint> taken = [];
    private readonly BridgeNetwork network;
    private readonly uint first;
    private readonly uint last;
    private uint cursor;

    internal AddressPool(BridgeNetwork network)
    {
        this.network = network;
        var subnet = Ipv4.Bounds(network.Subnet);
        (first, last) = Ipv4.Bounds(network.IpRange ?? network.Subnet);
        cursor = last;
        taken.Add(Ipv4.ToNumber(network.Gateway));
        if (network.Subnet.PrefixLength < 31)
        {
            taken.Add(subnet.First);
            taken.Add(subnet.Last);
        }
    }

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
            taken.Remove(Ipv4.ToNumber(address));
        }
    }

    private IPAddress TakeExactly(IPAddress asked)
    {
        var number = Ipv4.ToNumber(asked);
        if (!network.Subnet.Contains(asked))
        {
            throw GantryException.Invalid($"no configured subnet or ip-range contain the IP address {asked}");
        }

        if (!taken.Add(number))
        {
            throw GantryException.Conflict("Address already in use");
        }

        return asked;
    }

    private IPAddress TakeNext()
    {
        for (ulong tried = 0; tried <= last - first; tried++)
        {
            cursor = cursor >= last || cursor < first ? first : cursor + 1;
            if (taken.Add(cursor))
            {
                return Ipv4.FromNumber(cursor);
            }
        }

        throw new GantryException(
            ErrorKind.Unavailable,
            $"no available IPv4 addresses on this network's address pools: {network.Name} ({network.Id})");
    }
}

using System.Net;

namespace Gantry.Networking.Names;

/// <summary>The names of one network's endpoints. Several endpoints may share a name (a scaled service): each answer begins with another.</summary>
internal sealed class NameTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<IPAddress>> addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<IPAddress, string> pointers = [];
    private uint turn;

    internal void Add(IReadOnlyList<string> names, IPAddress address)
    {
        lock (gate)
        {
            foreach (var name in names)
            {
                if (!addresses.TryGetValue(name, out var list))
                {
                    addresses[name] = list = [];
                }

                if (!list.Contains(address))
                {
                    list.Add(address);
                }
            }

            if (names.Count > 0)
            {
                pointers[address] = names[0];
            }
        }
    }

    internal void Remove(IReadOnlyList<string> names, IPAddress address)
    {
        lock (gate)
        {
            pointers.Remove(address);
            foreach (var name in names)
            {
                if (addresses.TryGetValue(name, out var list) && list.Remove(address) && list.Count == 0)
                {
                    addresses.Remove(name);
                }
            }
        }
    }

    /// <summary>Null when nobody has the name.</summary>
    internal IReadOnlyList<IPAddress>? FindAddresses(string name)
    {
        lock (gate)
        {
            if (!addresses.TryGetValue(name, out var list))
            {
                return null;
            }

            var first = list.Count == 1 ? 0 : (int)(turn++ % (uint)list.Count);
            return [.. list[first..], .. list[..first]];
        }
    }

    /// <summary>The first name of the endpoint with this address.</summary>
    internal string? FindName(IPAddress address)
    {
        lock (gate)
        {
            return pointers.GetValueOrDefault(address);
        }
    }
}

using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

/// <summary>An interface on the host that a container is to get.</summary>
/// <param name="Name">On the host.</param>
/// <param name="Prefix">Of its name in the container, to which a number is added.</param>
public sealed record ForeignInterface(string Name, string Prefix)
{
    /// <summary>Null: the one that was proposed.</summary>
    public (IPAddress Address, int PrefixLength)? Address { get; init; }

    /// <inheritdoc cref="Address"/>
    public (IPAddress Address, int PrefixLength)? Address6 { get; init; }

    /// <summary>Null: the interface's own.</summary>
    public MacAddress? MacAddress { get; init; }

    public IPAddress? Gateway { get; init; }

    public IPAddress? Gateway6 { get; init; }

    /// <summary>Without a next hop the destination is on the wire.</summary>
    public IReadOnlyList<(IPNetwork Destination, IPAddress? NextHop)> Routes { get; init; } = [];
}

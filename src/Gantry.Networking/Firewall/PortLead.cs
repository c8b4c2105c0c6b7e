using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Firewall;

/// <summary>Where the firewall lets a published port lead.</summary>
/// <param name="Target">The container's address, of either family.</param>
/// <param name="Direct">The container is reached at this address, too; of a port without one of the host's, at it alone.</param>
internal sealed record PortLead(PortMapping Mapping, IPAddress Target, bool Direct)
{
    internal AddressFamily Family => Target.AddressFamily;

    /// <summary>What it is in the table's maps and sets.</summary>
    internal IEnumerable<PortElement> Elements
    {
        get
        {
            if (Mapping.HostPort > 0)
            {
                yield return PortElement.OfHost(this);
            }

            if (Direct)
            {
                yield return PortElement.OfContainer(this);
            }
        }
    }
}

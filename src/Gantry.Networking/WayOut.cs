using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking;

/// <summary>The endpoints of a sandbox whose networks' gateways are its default routes, and to which its ports are published.</summary>
/// <param name="IPv4">Null: no way out.</param>
/// <param name="IPv6">Null: no way out. Often the same endpoint.</param>
internal readonly record struct WayOut(Attachment? IPv4, Attachment? IPv6)
{
    /// <summary>By priority, then those that have both families, then by the network's name.</summary>
    internal static WayOut Choose(IReadOnlyCollection<Attachment> attachments)
    {
        var ordered = attachments
            .Where(attachment => !attachment.Network.Internal)
            .OrderByDescending(attachment => attachment.Request.GatewayPriority)
            .ThenBy(attachment => attachment.Endpoint is { Gateway: not null, Gateway6: not null } ? 0 : 1)
            .ThenBy(attachment => attachment.Network.Name, StringComparer.Ordinal)
            .ToArray();
        return new WayOut(Array.Find(ordered, each => each.Endpoint.Gateway is not null), Array.Find(ordered, each => each.Endpoint.Gateway6 is not null));
    }

    internal bool Has(Attachment attachment) => attachment == IPv4 || attachment == IPv6;

    /// <summary>Where a port of the host's leads in the kernel; null: nowhere.</summary>
    internal Attachment? Of(IPAddress hostAddress) => hostAddress.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6;

    /// <summary>Whether the host's port is not needed: the container is reached at its own address.</summary>
    internal bool IsRouted(IPAddress hostAddress) => hostAddress.AddressFamily == AddressFamily.InterNetwork ? IPv4?.Network.Mode == GatewayMode.Routed : IPv6?.Network.Mode6 == GatewayMode.Routed;
}

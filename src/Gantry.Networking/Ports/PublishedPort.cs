namespace Gantry.Networking.Ports;

/// <summary>A mapping with its host port known, and the socket that holds it (null: there is none, or another process got it first, see <see cref="PortAllocator.Restore"/>).</summary>
internal sealed record PublishedPort(PortMapping Mapping, PortReservation? Reservation)
{
    /// <summary>As nft and Docker write it.</summary>
    internal static string ProtocolName(PortProtocol protocol) => protocol switch { PortProtocol.Udp => "udp", PortProtocol.Sctp => "sctp", _ => "tcp" };
}

using System.Net;
using System.Net.Sockets;
using Gantry.Core;

namespace Gantry.Networking.Ports;

/// <summary>Reserves the host's ports, named ones and free ones.</summary>
internal sealed class PortAllocator
{
    // net.ipv4.ip_local_port_range, as Docker's allocator.
    private const int FirstFree = 32768;
    private const int LastFree = 60999;

    private readonly Lock gate = new();
    private readonly List<PublishedPort> held = [];
    private int cursor = LastFree;

    /// <summary>One port on several addresses: the same number on all of them. Held until <see cref="Release"/>.</summary>
    /// <param name="target">For the message: the container's address.</param>
    /// <exception cref="GantryException">Internal, in Docker's words: in use, or not to be had.</exception>
    internal IReadOnlyList<PublishedPort> ReserveAll(IReadOnlyList<PortMapping> mappings, IPAddress target, string endpointName)
    {
        for (var tries = 1; ; tries++)
        {
            List<PublishedPort> reserved = [];
            try
            {
                foreach (var mapping in mappings)
                {
                    reserved.Add(Reserve(reserved.Count == 0 ? mapping : mapping with { HostPort = reserved[0].Mapping.HostPort }, target, endpointName));
                }

                return reserved;
            }
            catch (GantryException)
            {
                reserved.ForEach(Release);

                // Free for one family is not free for the other; a named port is what it is.
                if (reserved.Count == 0 || mappings[0].HostPort != 0 || tries == 10)
                {
                    throw;
                }
            }
        }
    }

    private PublishedPort Reserve(PortMapping mapping, IPAddress target, string endpointName)
    {
        lock (gate)
        {
            if (held.Any(other => Collide(other.Mapping, mapping)))
            {
                throw Failure(endpointName, $"Bind for {mapping.HostAddress}:{mapping.HostPort} failed: port is already allocated");
            }

            try
            {
                var published = mapping.HostPort == 0 ? ReserveFree(mapping) : ReserveExactly(mapping);
                held.Add(published);
                return published;
            }
            catch (SocketException exception)
            {
                throw Failure(
                    endpointName,
                    $"failed to bind host port for {Bracketed(mapping.HostAddress!)}:{mapping.HostPort}:{Bracketed(target)}:{mapping.ContainerPort}/{PublishedPort.ProtocolName(mapping)}: {Describe(exception)}");
            }
        }
    }

    internal void Release(PublishedPort port)
    {
        lock (gate)
        {
            held.Remove(port);
            port.Reservation?.Dispose();
        }
    }

    /// <summary>
    /// Takes over a port that the firewall already leads to a container. Another process may have bound it while no daemon ran:
    /// then it stays published, but not reserved.
    /// </summary>
    internal PublishedPort Restore(PortMapping mapping)
    {
        lock (gate)
        {
            PublishedPort published;
            try
            {
                published = ReserveExactly(mapping);
            }
            catch (SocketException)
            {
                published = new PublishedPort(mapping, null);
            }

            held.Add(published);
            return published;
        }
    }

    private static PublishedPort ReserveExactly(PortMapping mapping) =>
        new(mapping, PortReservation.Bind(mapping.Protocol, new IPEndPoint(mapping.HostAddress!, mapping.HostPort)));

    private static bool Collide(PortMapping left, PortMapping right) =>
        left.HostPort == right.HostPort
        && left.Protocol == right.Protocol
        && left.HostAddress!.AddressFamily == right.HostAddress!.AddressFamily
        && (left.HostAddress.Equals(right.HostAddress) || IsAny(left.HostAddress) || IsAny(right.HostAddress));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Bracketed(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string Describe(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "address already in use",
        SocketError.AddressNotAvailable => "cannot assign requested address",
        SocketError.AccessDenied => "permission denied",
        _ => exception.Message,
    };

    private static GantryException Failure(string endpointName, string reason) => new(
        ErrorKind.Internal,
        $"failed to set up container networking: driver failed programming external connectivity on endpoint {endpointName}: {reason}");

    private PublishedPort ReserveFree(PortMapping mapping)
    {
        for (var tried = FirstFree; ; tried++)
        {
            cursor = cursor == LastFree ? FirstFree : cursor + 1;
            var candidate = mapping with { HostPort = cursor };
            try
            {
                if (!held.Any(other => Collide(other.Mapping, candidate)))
                {
                    return ReserveExactly(candidate);
                }
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && tried < LastFree)
            {
            }
        }
    }
}

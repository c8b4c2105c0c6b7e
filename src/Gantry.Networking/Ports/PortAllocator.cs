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
    private readonly Dictionary<(PortProtocol Protocol, int Port), List<PublishedPort>> held = [];
    private int cursor = LastFree;

    /// <summary>One port on several addresses: the same number on all of them. Held until <see cref="Release"/>.</summary>
    /// <param name="addresses">At least one.</param>
    /// <param name="target">For the message: the container's address.</param>
    /// <exception cref="GantryException">Internal, in Docker's words: in use, or not to be had.</exception>
    internal IReadOnlyList<PublishedPort> Reserve(PortRequest request, IReadOnlyList<IPAddress> addresses, IPAddress target, string endpointName)
    {
        lock (gate)
        {
            foreach (var port in Candidates(request))
            {
                try
                {
                    if (TryReserve(request, port, addresses) is { } reserved)
                    {
                        return reserved;
                    }

                    if (request.HostPort > 0 && request.LastHostPort <= request.HostPort)
                    {
                        throw Failure(endpointName, $"Bind for {Taken(request, addresses)}:{port} failed: port is already allocated");
                    }
                }
                catch (SocketException exception) when (request.HostPort == port && request.LastHostPort <= port || exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
                {
                    throw Unbound(port, exception);
                }
                catch (SocketException)
                {
                    // Another process has it: the next one will do.
                }
            }

            throw Failure(endpointName, "all ports are allocated");
        }

        GantryException Unbound(int port, SocketException exception) => Failure(
            endpointName,
            exception.SocketErrorCode == SocketError.ProtocolNotSupported
                ? $"error starting userland proxy: failed to listen on {Bracketed(addresses[0])}:{port}: protocol not supported"
                : $"failed to bind host port for {Bracketed(addresses[0])}:{port}:{Bracketed(target)}:{request.ContainerPort}/{PublishedPort.ProtocolName(request.Protocol)}: {Describe(exception)}");
    }

    internal void Release(PublishedPort port)
    {
        lock (gate)
        {
            if (held.GetValueOrDefault(Key(port.Mapping)) is { } list && list.Remove(port) && list.Count == 0)
            {
                held.Remove(Key(port.Mapping));
            }

            port.Reservation?.Dispose();
        }
    }

    /// <summary>
    /// Takes over a port that the firewall already leads to a container. Another process may have bound it while no daemon ran:
    /// then it stays published, but not reserved.
    /// </summary>
    internal PublishedPort Restore(PortMapping mapping)
    {
        if (mapping.HostPort == 0)
        {
            return new PublishedPort(mapping, null);
        }

        lock (gate)
        {
            PublishedPort published;
            try
            {
                published = Bind(mapping);
            }
            catch (SocketException)
            {
                published = new PublishedPort(mapping, null);
            }

            Hold(published);
            return published;
        }
    }

    // Round the free ones, so that one just released comes back last.
    private IEnumerable<int> Candidates(PortRequest request)
    {
        if (request.HostPort > 0)
        {
            for (var port = request.HostPort; port <= Math.Max(request.HostPort, request.LastHostPort); port++)
            {
                yield return port;
            }

            yield break;
        }

        for (var tried = FirstFree; tried <= LastFree; tried++)
        {
            cursor = cursor == LastFree ? FirstFree : cursor + 1;
            yield return cursor;
        }
    }

    /// <summary>All addresses or none; null: another container has it.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    private List<PublishedPort>? TryReserve(PortRequest request, int port, IReadOnlyList<IPAddress> addresses)
    {
        var others = held.GetValueOrDefault((request.Protocol, port));
        if (others is not null && addresses.Any(address => others.Any(other => Collide(other.Mapping.HostAddress, address))))
        {
            return null;
        }

        List<PublishedPort> reserved = [];
        try
        {
            foreach (var address in addresses)
            {
                reserved.Add(Bind(new PortMapping(request.Protocol, address, port, request.ContainerPort)));
            }
        }
        catch
        {
            reserved.ForEach(each => each.Reservation?.Dispose());
            throw;
        }

        reserved.ForEach(Hold);
        return reserved;
    }

    /// <summary>The address of the collision: where one container has them all, that.</summary>
    private IPAddress Taken(PortRequest request, IReadOnlyList<IPAddress> addresses)
    {
        var address = addresses.First(address => held[(request.Protocol, request.HostPort)].Any(other => Collide(other.Mapping.HostAddress, address)));
        var other = held[(request.Protocol, request.HostPort)].First(other => Collide(other.Mapping.HostAddress, address)).Mapping.HostAddress;
        return IsAny(other) ? other : address;
    }

    private void Hold(PublishedPort port)
    {
        if (!held.TryGetValue(Key(port.Mapping), out var list))
        {
            held[Key(port.Mapping)] = list = [];
        }

        list.Add(port);
    }

    private static (PortProtocol, int) Key(PortMapping mapping) => (mapping.Protocol, mapping.HostPort);

    private static PublishedPort Bind(PortMapping mapping) =>
        new(mapping, PortReservation.Bind(mapping.Protocol, new IPEndPoint(mapping.HostAddress, mapping.HostPort)));

    private static bool Collide(IPAddress left, IPAddress right) =>
        left.AddressFamily == right.AddressFamily && (left.Equals(right) || IsAny(left) || IsAny(right));

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
}

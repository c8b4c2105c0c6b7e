using System.Net;
using System.Runtime.InteropServices;
using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Destinations of the main table's IPv4 routes; 0.0.0.0/0 is the default one.</summary>
    public IReadOnlyList<IPNetwork> GetRouteDestinations()
    {
        var destinations = new List<IPNetwork>();
        DumpRoutes((header, attributes) => destinations.Add(new IPNetwork(
            attributes.Find(RTA_DST) is { Length: 4 } bytes ? new IPAddress(bytes) : IPAddress.Any, header.DestinationLength)));
        return destinations;
    }

    /// <summary>The gateway of the default route; null when there is none.</summary>
    public IPAddress? FindDefaultGateway()
    {
        IPAddress? gateway = null;
        DumpRoutes((header, attributes) =>
        {
            if (header.DestinationLength == 0 && attributes.Find(RTA_GATEWAY) is { Length: 4 } bytes)
            {
                gateway ??= new IPAddress(bytes);
            }
        });
        return gateway;
    }

    /// <summary>Makes the default route go there, whether or not there was one.</summary>
    public void SetDefaultRoute(IPAddress gateway)
    {
        if (gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            // Replacing would add a second next hop.
            RemoveDefaultRoute(ipv6: true);
        }

        socket.Request(NewDefaultRoute(gateway));
    }

    /// <summary>Having none is success.</summary>
    public void RemoveDefaultRoute(bool ipv6 = false)
    {
        try
        {
            socket.Request(new NetlinkMessage("remove default route", RTM_DELROUTE, 0)
                .Header(new RouteHeader { Family = ipv6 ? AF_INET6 : AF_INET, Table = RT_TABLE_MAIN }));
        }
        catch (LinuxException exception) when (exception.Errno is Errno.ESRCH or Errno.ENOENT)
        {
        }
    }

    /// <summary>A route by an interface.</summary>
    /// <param name="nextHop">Null: the destination is on the wire.</param>
    public void AddRoute(IPNetwork destination, int index, IPAddress? nextHop)
    {
        var address = destination.BaseAddress.GetAddressBytes();
        var message = new NetlinkMessage($"route {destination}", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE)
            .Header(new RouteHeader
            {
                Family = address.Length == 4 ? AF_INET : AF_INET6,
                DestinationLength = (byte)destination.PrefixLength,
                Table = RT_TABLE_MAIN,
                Protocol = RTPROT_BOOT,
                Scope = nextHop is null && address.Length == 4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
                Type = RTN_UNICAST,
            })
            .Add(RTA_DST, address)
            .Add(RTA_OIF, index);
        socket.Request(nextHop is null ? message : message.Add(RTA_GATEWAY, nextHop.GetAddressBytes()));
    }

    private static NetlinkMessage NewDefaultRoute(IPAddress gateway) =>
        new NetlinkMessage($"route default via {gateway}", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE)
            .Header(new RouteHeader { Family = gateway.GetAddressBytes().Length == 4 ? AF_INET : AF_INET6, Table = RT_TABLE_MAIN, Protocol = RTPROT_BOOT, Type = RTN_UNICAST })
            .Add(RTA_GATEWAY, gateway.GetAddressBytes());

    private void DumpRoutes(RouteReader reader)
    {
        var message = new NetlinkMessage("RTM_GETROUTE", RTM_GETROUTE, NLM_F_DUMP).Header(new RouteHeader { Family = AF_INET });
        socket.Request(message, (type, payload) =>
        {
            var header = MemoryMarshal.Read<RouteHeader>(payload);
            if (header.Table == RT_TABLE_MAIN)
            {
                reader(header, new NetlinkAttributes(payload[RouteHeader.Size..]));
            }
        });
    }

    private delegate void RouteReader(RouteHeader header, NetlinkAttributes attributes);
}

using System.Net;
using Gantry.Core;
using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>
    /// Tells the kernel which hardware address a neighbour has now, over whatever it remembers of a former owner of the
    /// address. The entry ages like a learned one.
    /// </summary>
    public void SetNeighbor(int index, IPAddress address, MacAddress hardwareAddress) =>
        socket.Request(new NetlinkMessage($"neighbour {address}", RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE)
            .Header(new NeighborHeader { Family = address.GetAddressBytes().Length == 4 ? AF_INET : AF_INET6, Index = index, State = NUD_REACHABLE })
            .Add(NDA_DST, address.GetAddressBytes())
            .Add(NDA_LLADDR, hardwareAddress.ToBytes()));
}

using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>The namespace's IPv4 addresses.</summary>
    public IReadOnlyList<InterfaceAddress> GetAddresses()
    {
        var addresses = new List<InterfaceAddress>();
        var message = new NetlinkMessage("RTM_GETADDR", RTM_GETADDR, NLM_F_DUMP).Header(new AddressHeader { Family = AF_INET });
        socket.Request(message, (type, payload) =>
        {
            var header = MemoryMarshal.Read<AddressHeader>(payload);
            if (new NetlinkAttributes(payload[AddressHeader.Size..]).Find(IFA_LOCAL) is { Length: 4 } bytes)
            {
                addresses.Add(new InterfaceAddress(header.Index, new IPAddress(bytes), header.PrefixLength));
            }
        });
        return addresses;
    }

    public void AddAddress(InterfaceAddress address) => socket.Request(NewAddress(address));

    public void RemoveAddress(InterfaceAddress address) =>
        socket.Request(WithAddress(new NetlinkMessage($"remove address {address.Address}", RTM_DELADDR, 0), address));

    /// <summary>
    /// Address and up in one exchange. IPv6 makes no link-local address of its own: these networks are IPv4.
    /// </summary>
    public void ConfigureInterface(InterfaceAddress address)
    {
        var up = Up(address.Index);
        var families = up.Begin(IFLA_AF_SPEC);
        var inet6 = up.Begin(AF_INET6);
        up.Add(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
        up.End(inet6);
        up.End(families);
        socket.Request([NewAddress(address), up]);
    }

    private static NetlinkMessage NewAddress(InterfaceAddress address) =>
        WithAddress(new NetlinkMessage($"add address {address.Address}", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL), address);

    private static NetlinkMessage WithAddress(NetlinkMessage message, InterfaceAddress address)
    {
        var local = address.Address.GetAddressBytes();
        message.Header(new AddressHeader { Family = AF_INET, PrefixLength = (byte)address.PrefixLength, Index = address.Index })
            .Add(IFA_LOCAL, local)
            .Add(IFA_ADDRESS, local);
        if (address.PrefixLength < 31)
        {
            var broadcast = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(broadcast, BinaryPrimitives.ReadUInt32BigEndian(local) | uint.MaxValue >> address.PrefixLength);
            message.Add(IFA_BROADCAST, broadcast);
        }

        return message;
    }
}

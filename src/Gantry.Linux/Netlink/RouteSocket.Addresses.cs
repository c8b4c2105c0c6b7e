using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>The namespace's IPv4 addresses.</summary>
    public IReadOnlyList<InterfaceAddress> GetAddresses() => GetAddresses(AF_INET, IFA_LOCAL, 4);

    /// <summary>The namespace's IPv6 addresses, without the kernel's own link-local ones.</summary>
    public IReadOnlyList<InterfaceAddress> GetAddresses6() => [.. GetAddresses(AF_INET6, IFA_ADDRESS, 16).Where(address => !address.Address.IsIPv6LinkLocal)];

    public void AddAddress(InterfaceAddress address) => socket.Request(NewAddress(address));

    public void RemoveAddress(InterfaceAddress address) =>
        socket.Request(WithAddress(new NetlinkMessage($"remove address {address.Address}", RTM_DELADDR, 0), address));

    /// <summary>
    /// Addresses and up in one exchange. Only where there is an IPv6 one the kernel makes a link-local address of its own.
    /// </summary>
    public void ConfigureInterface(int index, InterfaceAddress? address, InterfaceAddress? address6 = null)
    {
        var up = Up(index);
        var families = up.Begin(IFLA_AF_SPEC);
        var inet6 = up.Begin(AF_INET6);
        up.Add(IFLA_INET6_ADDR_GEN_MODE, address6 is null ? IN6_ADDR_GEN_MODE_NONE : IN6_ADDR_GEN_MODE_EUI64);
        up.End(inet6);
        up.End(families);
        socket.Request([.. new[] { address, address6 }.OfType<InterfaceAddress>().Select(NewAddress), up]);
    }

    private List<InterfaceAddress> GetAddresses(byte family, ushort attribute, int size)
    {
        var addresses = new List<InterfaceAddress>();
        var message = new NetlinkMessage("RTM_GETADDR", RTM_GETADDR, NLM_F_DUMP).Header(new AddressHeader { Family = family });
        socket.Request(message, (type, payload) =>
        {
            var header = MemoryMarshal.Read<AddressHeader>(payload);
            if (new NetlinkAttributes(payload[AddressHeader.Size..]).Find(attribute) is var bytes && bytes.Length == size)
            {
                addresses.Add(new InterfaceAddress(header.Index, new IPAddress(bytes), header.PrefixLength));
            }
        });
        return addresses;
    }

    private static NetlinkMessage NewAddress(InterfaceAddress address) =>
        WithAddress(new NetlinkMessage($"add address {address.Address}", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL), address);

    private static NetlinkMessage WithAddress(NetlinkMessage message, InterfaceAddress address)
    {
        var local = address.Address.GetAddressBytes();
        var family = local.Length == 4 ? AF_INET : AF_INET6;

        // Nobody else gives out addresses here: no second of waiting for an objection (RFC 4862 5.4).
        var flags = family == AF_INET6 ? IFA_F_NODAD : (byte)0;
        message.Header(new AddressHeader { Family = family, PrefixLength = (byte)address.PrefixLength, Flags = flags, Index = address.Index })
            .Add(IFA_LOCAL, local)
            .Add(IFA_ADDRESS, local);
        if (family == AF_INET && address.PrefixLength < 31)
        {
            var broadcast = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(broadcast, BinaryPrimitives.ReadUInt32BigEndian(local) | uint.MaxValue >> address.PrefixLength);
            message.Add(IFA_BROADCAST, broadcast);
        }

        return message;
    }
}

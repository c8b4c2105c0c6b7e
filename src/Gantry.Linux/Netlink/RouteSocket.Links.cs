using System.Runtime.InteropServices;
using Gantry.Core;
using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Null when there is none of that name.</summary>
    public Link? FindLink(string name) => FindLink(GetLink(0).Add(IFLA_IFNAME, name));

    /// <summary>Null when there is none of that index.</summary>
    public Link? FindLink(int index) => FindLink(GetLink(index));

    /// <summary>All interfaces of the namespace.</summary>
    public IReadOnlyList<Link> GetLinks()
    {
        var links = new List<Link>();
        var message = new NetlinkMessage("RTM_GETLINK", RTM_GETLINK, NLM_F_DUMP).Header(new LinkHeader()).Add(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        socket.Request(message, (type, payload) => links.Add(ReadLink(payload)));
        return links;
    }

    /// <summary>
    /// A bridge, up. Its hardware address is given rather than left to the kernel, which would take the lowest of its ports'
    /// and so change the gateway's address under the containers.
    /// </summary>
    public void CreateBridge(string name, MacAddress address, int mtu)
    {
        var message = new NetlinkMessage($"create bridge {name}", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL)
            .Header(new LinkHeader { Flags = IFF_UP, Change = IFF_UP })
            .Add(IFLA_IFNAME, name)
            .Add(IFLA_ADDRESS, address.ToBytes())
            .Add(IFLA_MTU, mtu);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "bridge");
        message.End(info);
        socket.Request(message);
    }

    /// <summary>
    /// Both ends in one message: the near one up and a port of the bridge, the far one born in its namespace. The far one
    /// cannot be brought up here: the kernel answers ENOTCONN to IFF_UP while the pair is being made.
    /// </summary>
    public void CreateVeth(VethRequest veth)
    {
        var message = new NetlinkMessage($"create veth {veth.Name}", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL)
            .Header(new LinkHeader { Flags = IFF_UP, Change = IFF_UP })
            .Add(IFLA_IFNAME, veth.Name)
            .Add(IFLA_MTU, veth.Mtu)
            .Add(IFLA_MASTER, veth.Master);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "veth");
        var data = message.Begin(IFLA_INFO_DATA);
        var peer = message.Begin(VETH_INFO_PEER);
        message.Header(new LinkHeader())
            .Add(IFLA_IFNAME, veth.PeerName)
            .Add(IFLA_ADDRESS, veth.PeerAddress.ToBytes())
            .Add(IFLA_MTU, veth.Mtu)
            .Add(IFLA_NET_NS_FD, veth.PeerNamespace);
        message.End(peer);
        message.End(data);
        message.End(info);
        socket.Request(message);
    }

    /// <summary>
    /// An interface of another namespace that shares a wire with one of this. It is made here and moved: kernels before 6.15 or so look
    /// for its name among this namespace's links, even when it is to be born elsewhere, and hosts have an eth0, too.
    /// </summary>
    /// <param name="mode">macvlan: private, vepa, bridge, passthru; ipvlan: l2, l3, l3s.</param>
    /// <param name="flag">ipvlan: bridge, private, vepa.</param>
    /// <param name="address">macvlan's own; ipvlan has its parent's.</param>
    public void CreateShared(string kind, string name, int parent, string mode, string flag, int networkNamespace, MacAddress address, int mtu)
    {
        // Link names have 15 characters at most.
        var temporary = "gl" + Guid.NewGuid().ToString("N")[..12];
        socket.Request(NewShared(kind, temporary, parent, mode, flag, address, mtu));
        if (FindLink(temporary) is not { } made)
        {
            throw new LinuxException($"create {kind}", Errno.ENODEV, name);
        }

        try
        {
            MoveLink(made.Index, name, networkNamespace);
        }
        catch
        {
            DeleteLink(made.Index);
            throw;
        }
    }

    /// <summary>A VLAN (IEEE 802.1Q) of an interface as an interface of its own, up.</summary>
    public void CreateVlan(string name, int parent, int vlan) => socket.Request(NewVlan(name, parent, vlan));

    /// <summary>An interface that leads nowhere, up.</summary>
    public void CreateDummy(string name) => socket.Request(NewDummy(name));

    internal static NetlinkMessage NewVlan(string name, int parent, int vlan)
    {
        var message = new NetlinkMessage($"create vlan {name}", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL)
            .Header(new LinkHeader { Flags = IFF_UP, Change = IFF_UP })
            .Add(IFLA_IFNAME, name)
            .Add(IFLA_LINK, parent);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "vlan");
        var data = message.Begin(IFLA_INFO_DATA);
        message.Add(IFLA_VLAN_ID, BitConverter.GetBytes((ushort)vlan));
        message.End(data);
        message.End(info);
        return message;
    }

    internal static NetlinkMessage NewDummy(string name)
    {
        var message = new NetlinkMessage($"create dummy {name}", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL)
            .Header(new LinkHeader { Flags = IFF_UP, Change = IFF_UP })
            .Add(IFLA_IFNAME, name);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "dummy");
        message.End(info);
        return message;
    }

    internal static NetlinkMessage NewShared(string kind, string name, int parent, string mode, string flag, MacAddress address, int mtu)
    {
        var message = new NetlinkMessage($"create {kind} {name}", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL)
            .Header(new LinkHeader())
            .Add(IFLA_IFNAME, name)
            .Add(IFLA_MTU, mtu)
            .Add(IFLA_LINK, parent);
        if (kind == "macvlan")
        {
            message.Add(IFLA_ADDRESS, address.ToBytes());
        }

        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, kind);
        var data = message.Begin(IFLA_INFO_DATA);
        if (kind == "macvlan")
        {
            message.Add(IFLA_MACVLAN_MODE, mode switch { "private" => 1, "vepa" => 2, "passthru" => 8, _ => 4 });
        }
        else
        {
            message.Add(IFLA_IPVLAN_MODE, BitConverter.GetBytes((ushort)(mode switch { "l3" => 1, "l3s" => 2, _ => 0 })));
            message.Add(IFLA_IPVLAN_FLAGS, BitConverter.GetBytes((ushort)(flag switch { "private" => 1, "vepa" => 2, _ => 0 })));
        }

        message.End(data);
        message.End(info);
        return message;
    }

    public void SetUp(int index) => socket.Request(Up(index));

    public void SetMaster(int index, int master) =>
        socket.Request(SetLink($"set master of link {index}", index).Add(IFLA_MASTER, master));

    /// <summary>Hands an interface over to another namespace, where it is down and has a new name.</summary>
    /// <param name="address">Null: its own.</param>
    /// <exception cref="LinuxException">EEXIST: the name is taken there.</exception>
    public void MoveLink(int index, string name, int networkNamespace, MacAddress? address = null)
    {
        var message = SetLink($"move link {index} as {name}", index).Add(IFLA_IFNAME, name).Add(IFLA_NET_NS_FD, networkNamespace);
        socket.Request(address is { } given ? message.Add(IFLA_ADDRESS, given.ToBytes()) : message);
    }

    public void SetMtu(int index, int mtu) => socket.Request(SetLink($"set mtu of link {index}", index).Add(IFLA_MTU, mtu));

    /// <summary>Settings of a bridge port.</summary>
    /// <param name="hairpin">Frames may leave by the port they came in.</param>
    /// <param name="isolated">Exchanges frames with the bridge itself only, not with other isolated ports.</param>
    public void SetPort(int index, bool hairpin, bool isolated)
    {
        var message = SetLink($"set bridge port {index}", index);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_SLAVE_KIND, "bridge");
        var data = message.Begin(IFLA_INFO_SLAVE_DATA);
        message.Add(IFLA_BRPORT_MODE, hairpin ? (byte)1 : (byte)0);
        message.Add(IFLA_BRPORT_ISOLATED, isolated ? (byte)1 : (byte)0);
        message.End(data);
        message.End(info);
        socket.Request(message);
    }

    /// <summary>False when it was gone already. For a veth this waits for an RCU grace period (16 to 35 ms).</summary>
    public bool DeleteLink(int index)
    {
        try
        {
            socket.Request(new NetlinkMessage($"delete link {index}", RTM_DELLINK, 0).Header(new LinkHeader { Index = index }));
            return true;
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
            return false;
        }
    }

    private static NetlinkMessage GetLink(int index) =>
        new NetlinkMessage("RTM_GETLINK", RTM_GETLINK, 0).Header(new LinkHeader { Index = index }).Add(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);

    private static NetlinkMessage SetLink(string call, int index) =>
        new NetlinkMessage(call, RTM_NEWLINK, 0).Header(new LinkHeader { Index = index });

    private static NetlinkMessage Up(int index) => new NetlinkMessage($"set link {index} up", RTM_NEWLINK, 0)
        .Header(new LinkHeader { Index = index, Flags = IFF_UP, Change = IFF_UP });

    private static Link ReadLink(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<LinkHeader>(payload);
        var attributes = new NetlinkAttributes(payload[LinkHeader.Size..]);
        return new Link(
            header.Index,
            attributes.FindString(IFLA_IFNAME) ?? "",
            attributes.Nested(IFLA_LINKINFO).FindString(IFLA_INFO_KIND),
            attributes.FindInt32(IFLA_MASTER) ?? 0,
            (header.Flags & IFF_UP) != 0,
            attributes.FindByte(IFLA_OPERSTATE) == IF_OPER_UP,
            attributes.FindInt32(IFLA_MTU) ?? 0,
            attributes.Find(IFLA_ADDRESS).ToArray());
    }

    private Link? FindLink(NetlinkMessage request)
    {
        Link? found = null;
        try
        {
            socket.Request(request, (type, payload) => found = ReadLink(payload));
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
        }

        return found;
    }
}

using static Gantry.Linux.Netlink.NetlinkConstants;

namespace Gantry.Linux.Netlink;

/// <summary>The connection tracking table of the network namespace where this was opened (ctnetlink).</summary>
public sealed class ConntrackSocket : IDisposable
{
    private const ushort IPCTNL_MSG_CT_GET = 1 << 8 | 1;
    private const ushort IPCTNL_MSG_CT_DELETE = 1 << 8 | 2;
    private const ushort CTA_TUPLE_ORIG = 1;
    private const ushort CTA_ID = 12;
    private const ushort CTA_FILTER = 25;
    private const ushort CTA_TUPLE_PROTO = 2;
    private const ushort CTA_PROTO_NUM = 1;
    private const ushort CTA_PROTO_DST_PORT = 3;
    private const ushort CTA_FILTER_ORIG_FLAGS = 1;
    private const ushort CTA_FILTER_REPLY_FLAGS = 2;

    // nf_internals.h: PROTO_NUM and PROTO_DST_PORT of the original tuple are to be compared.
    private const uint FilterProtocolAndPort = 1 << 3 | 1 << 5;
    private const byte IPPROTO_UDP = 17;

    private readonly NetlinkSocket socket = new(NETLINK_NETFILTER);

    private ConntrackSocket()
    {
    }

    /// <summary>Opens it in the calling thread's namespace.</summary>
    public static ConntrackSocket Open() => new();

    /// <summary>
    /// Forgets UDP flows to a port: a client that keeps sending from one port would otherwise go on being sent where the port
    /// led when it began. Returns how many there were.
    /// </summary>
    public int ForgetUdp(int destinationPort)
    {
        var stale = new List<(byte[] Tuple, byte[] Id)>();
        socket.Request(UdpQuery((ushort)destinationPort), (type, payload) =>
        {
            var attributes = new NetlinkAttributes(payload[NetfilterHeader.Size..]);

            // Kernels before 5.8 do not filter.
            var protocol = attributes.Nested(CTA_TUPLE_ORIG).Nested(CTA_TUPLE_PROTO);
            if (protocol.FindByte(CTA_PROTO_NUM) == IPPROTO_UDP && protocol.FindBigEndian(CTA_PROTO_DST_PORT) == destinationPort)
            {
                stale.Add((attributes.Find(CTA_TUPLE_ORIG).ToArray(), attributes.Find(CTA_ID).ToArray()));
            }
        });
        foreach (var (tuple, id) in stale)
        {
            Delete(tuple, id);
        }

        return stale.Count;
    }

    public void Dispose() => socket.Dispose();

    private static NetlinkMessage UdpQuery(ushort port)
    {
        var message = new NetlinkMessage("dump conntrack", IPCTNL_MSG_CT_GET, NLM_F_DUMP).Header(new NetfilterHeader { Family = AF_INET });
        var tuple = message.Begin(CTA_TUPLE_ORIG | NLA_F_NESTED);
        var protocol = message.Begin(CTA_TUPLE_PROTO | NLA_F_NESTED);
        message.Add(CTA_PROTO_NUM, IPPROTO_UDP).AddBigEndian(CTA_PROTO_DST_PORT, port);
        message.End(protocol);
        message.End(tuple);
        var filter = message.Begin(CTA_FILTER | NLA_F_NESTED);
        message.Add(CTA_FILTER_ORIG_FLAGS, FilterProtocolAndPort).Add(CTA_FILTER_REPLY_FLAGS, 0u);
        message.End(filter);
        return message;
    }

    private void Delete(byte[] tuple, byte[] id)
    {
        try
        {
            socket.Request(new NetlinkMessage("delete conntrack entry", IPCTNL_MSG_CT_DELETE, 0)
                .Header(new NetfilterHeader { Family = AF_INET })
                .Add(CTA_TUPLE_ORIG | NLA_F_NESTED, tuple)
                .Add(CTA_ID, id));
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENOENT)
        {
        }
    }
}

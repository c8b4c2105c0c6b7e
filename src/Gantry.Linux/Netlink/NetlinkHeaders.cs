using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <summary>struct nlmsghdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct NetlinkHeader(uint Length, ushort Type, ushort Flags, uint Sequence, uint Port)
{
    internal const int Size = 16;
}

/// <summary>struct ifinfomsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct LinkHeader(byte Family, byte Padding, ushort Type, int Index, uint Flags, uint Change)
{
    internal const int Size = 16;
}

/// <summary>struct ifaddrmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct AddressHeader(byte Family, byte PrefixLength, byte Flags, byte Scope, int Index)
{
    internal const int Size = 8;
}

/// <summary>struct rtmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct RouteHeader(
    byte Family, byte DestinationLength, byte SourceLength, byte Tos, byte Table, byte Protocol, byte Scope, byte Type, uint Flags)
{
    internal const int Size = 12;
}

/// <summary>struct ndmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct NeighborHeader(byte Family, byte Padding1, ushort Padding2, int Index, ushort State, byte Flags, byte Type)
{
    internal const int Size = 12;
}

/// <summary>struct nfgenmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct NetfilterHeader(byte Family, byte Version, ushort Resource)
{
    internal const int Size = 4;
}

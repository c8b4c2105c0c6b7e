using System.Net;

namespace Gantry.Linux.Netlink;

/// <summary>An IPv4 or IPv6 address of an interface.</summary>
/// <param name="Index">The interface's.</param>
public sealed record InterfaceAddress(int Index, IPAddress Address, int PrefixLength);

namespace Gantry.Linux.Netlink;

/// <summary>A network interface as the kernel reports it.</summary>
/// <param name="Index">Its number in its namespace.</param>
/// <param name="Name">IFLA_IFNAME.</param>
/// <param name="Kind">"veth", "bridge"; null for hardware and lo.</param>
/// <param name="Master">Index of the bridge it is a port of, or 0.</param>
/// <param name="IsUp">Administratively up (IFF_UP).</param>
/// <param name="IsOperational">RFC 2863 state "up": frames pass.</param>
/// <param name="Mtu">IFLA_MTU, bytes.</param>
/// <param name="HardwareAddress">Empty where there is none.</param>
public sealed record Link(int Index, string Name, string? Kind, int Master, bool IsUp, bool IsOperational, int Mtu, byte[] HardwareAddress);

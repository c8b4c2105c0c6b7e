using System.Net.Sockets;

namespace Gantry.Networking.Firewall;

/// <summary>What differs between the two families in nft's language.</summary>
/// <param name="Name">Of the table and of address expressions.</param>
/// <param name="AddressType">In maps' and sets' types.</param>
/// <param name="Loopback">Addresses that are the host's alone.</param>
/// <param name="Output">What of the host's own packets is not led to ports: IPv6 lets none leave from ::1, a relay serves those.</param>
internal sealed record RuleFamily(string Name, string AddressType, string Loopback, string Output, string Icmp, AddressFamily Addresses)
{
    internal static RuleFamily IPv4 { get; } = new("ip", "ipv4_addr", "127.0.0.0/8", "", "icmp", AddressFamily.InterNetwork);

    internal static RuleFamily IPv6 { get; } = new("ip6", "ipv6_addr", "::1", "ip6 daddr != ::1 ", "icmpv6", AddressFamily.InterNetworkV6);
}

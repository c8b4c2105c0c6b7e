namespace Gantry.Networking.Firewall;

/// <summary>The table's rules in nft's language.</summary>
internal static class RuleScript
{
    // Of a connection's first packet, between forward and postrouting only.
    private const string LoopMark = "0x67747279";

    /// <summary>
    /// <list type="bullet">
    /// <item>publish: to any address of the host, from outside, from containers (both prerouting) and from the host itself (output).
    /// 127.0.0.1 is for the host alone: a packet from outside to it would be translated before the kernel could refuse it
    /// (CVE-2020-8558 was that); so it is for what a bridge sends there, which route_localnet would let through.</item>
    /// <item>forward: between containers of one bridge; to a bridge only answers and what was sent to a published port; nothing
    /// in or out of an internal one. Containers of a routed network are reached at their own addresses by ICMP and at published ports,
    /// by these also from interfaces that a network trusts; those of an unprotected one at all, from outside. A drop here is final, an
    /// accept is not: other tables have their say.</item>
    /// <item>postrouting: a container that reaches its own bridge by the host's address must see the answer come back that way, so
    /// it is masqueraded, and so is the host's own traffic to published ports (127.0.0.1 cannot travel). The former is marked in
    /// forward: where br_netfilter hands a bridged packet to postrouting, it does not say where it came in.</item>
    /// </list>
    /// </summary>
    /// <param name="direct">Published ports are open at the containers' own addresses, to everybody but other networks.</param>
    internal static string For(string table, RuleFamily family, bool direct) =>
        $$"""
        add table {{family.Name}} {{table}}
        add map {{family.Name}} {{table}} {{PortElement.AnyAddress}} { type inet_proto . inet_service : {{family.AddressType}} . inet_service; }
        add map {{family.Name}} {{table}} {{PortElement.OneAddress}} { type {{family.AddressType}} . inet_proto . inet_service : {{family.AddressType}} . inet_service; }
        add set {{family.Name}} {{table}} bridges { type ifname; }
        add set {{family.Name}} {{table}} internal { type ifname; }
        add set {{family.Name}} {{table}} masqueraded { type ifname; }
        add set {{family.Name}} {{table}} routed { type ifname; }
        add set {{family.Name}} {{table}} unprotected { type ifname; }
        add set {{family.Name}} {{table}} trusted { type ifname . ifname; }
        add set {{family.Name}} {{table}} {{PortElement.Direct}} { type {{family.AddressType}} . inet_proto . inet_service; }
        add set {{family.Name}} {{table}} open { type ifname . ifname; }
        add set {{family.Name}} {{table}} loops { type ifname . ifname; }
        add chain {{family.Name}} {{table}} publish
        add chain {{family.Name}} {{table}} raw { type filter hook prerouting priority raw; policy accept; }
        add chain {{family.Name}} {{table}} prerouting { type nat hook prerouting priority dstnat; policy accept; }
        add chain {{family.Name}} {{table}} output { type nat hook output priority -100; policy accept; }
        add chain {{family.Name}} {{table}} forward { type filter hook forward priority filter; policy accept; }
        add chain {{family.Name}} {{table}} postrouting { type nat hook postrouting priority srcnat; policy accept; }
        flush table {{family.Name}} {{table}}
        add rule {{family.Name}} {{table}} publish dnat {{family.Name}} to {{family.Name}} daddr . meta l4proto . th dport map @{{PortElement.OneAddress}}
        add rule {{family.Name}} {{table}} publish dnat {{family.Name}} to meta l4proto . th dport map @{{PortElement.AnyAddress}}
        add rule {{family.Name}} {{table}} raw iifname @bridges {{family.Name}} daddr {{family.Loopback}} drop
        add rule {{family.Name}} {{table}} prerouting {{family.Name}} daddr != {{family.Loopback}} fib daddr type local goto publish
        add rule {{family.Name}} {{table}} output {{family.Output}}fib daddr type local goto publish
        add rule {{family.Name}} {{table}} forward ct state established,related accept
        add rule {{family.Name}} {{table}} forward meta iifname . meta oifname @loops ct status dnat meta mark set {{LoopMark}}
        add rule {{family.Name}} {{table}} forward meta iifname . meta oifname @open accept
        add rule {{family.Name}} {{table}} forward iifname @internal drop
        add rule {{family.Name}} {{table}} forward oifname @internal drop
        add rule {{family.Name}} {{table}} forward oifname @bridges ct status dnat accept
        add rule {{family.Name}} {{table}} forward oifname @routed meta l4proto {{family.Icmp}} accept
        add rule {{family.Name}} {{table}} forward oifname @routed {{Published(family)}} accept
        add rule {{family.Name}} {{table}} forward meta iifname . meta oifname @trusted {{Published(family)}} accept
        add rule {{family.Name}} {{table}} forward iifname @bridges oifname @bridges drop
        {{(direct ? $"add rule {family.Name} {table} forward oifname @bridges {Published(family)} accept" : "")}}
        add rule {{family.Name}} {{table}} forward oifname @unprotected accept
        add rule {{family.Name}} {{table}} forward oifname @bridges drop
        add rule {{family.Name}} {{table}} postrouting meta mark {{LoopMark}} oifname @bridges ct status dnat masquerade
        add rule {{family.Name}} {{table}} postrouting meta iifname . meta oifname @loops return
        add rule {{family.Name}} {{table}} postrouting iifname @masqueraded masquerade
        add rule {{family.Name}} {{table}} postrouting oifname @bridges ct status dnat fib saddr type local masquerade

        """;

    private static string Published(RuleFamily family) => $"{family.Name} daddr . meta l4proto . th dport @{PortElement.Direct}";
}

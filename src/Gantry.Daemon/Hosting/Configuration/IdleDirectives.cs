using static Gantry.Daemon.Hosting.Configuration.DirectiveShape;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>
/// Settings of dockerd that change nothing here. Where the value that is given means what happens here anyway, or tunes a part
/// that does not exist, it is accepted with a debug line; where it asks for something that is not there, it is refused.
/// </summary>
internal static class IdleDirectives
{
    public static IEnumerable<Directive> All() =>
    [
        Accepted("userland-proxy", Switch, "published ports never need a proxy process"),
        Accepted("userland-proxy-path", Text, "published ports never need a proxy process"),
        Accepted("ip-forward-no-drop", Switch, "the policy of other tables is left alone"),
        Accepted("raw-logs", Switch, "logs have no colours"),
        Accepted("experimental", Switch, "there are no experiments"),
        Accepted("network-control-plane-mtu", Number, "there is no Swarm"),
        Accepted("swarm-default-advertise-addr", Text, "there is no Swarm"),
        Accepted("node-generic-resources", List, "there is no Swarm") with { Flag = "node-generic-resource" },
        Accepted("containerd", Text, "there is no containerd"),
        Accepted("containerd-namespace", Text, "there is no containerd"),
        Accepted("containerd-plugin-namespace", Text, "there is no containerd") with { Flag = "containerd-plugins-namespace" },
        Accepted("cri-containerd", Switch, "there is no containerd"),
        Accepted("init-path", Text, "the init is Gantry's own choice"),
        Accepted("http2", Switch, "the API speaks HTTP/1.1"),
        Accepted("cdi-spec-dirs", List, "there are no device drivers") with { Flag = "cdi-spec-dir" },
        Accepted("storage-opts", List, "overlayfs has no options here") with { Flag = "storage-opt" },
        Accepted("default-network-opts", Structure, "networks' options are given to each") with { Flag = "default-network-opt", Read = json => [json.GetRawText()] },
        Only("iptables", Switch, value => Directives.Bool(value), "containers need rules; nftables is used, in a table of Gantry's own"),
        Only("ip6tables", Switch, _ => true, ""),
        Only("ip-forward", Switch, value => Directives.Bool(value), "containers need forwarding"),
        Only("ip-masq", Switch, value => Directives.Bool(value), "give the option com.docker.network.bridge.enable_ip_masquerade=false to a network of your own"),
        Only("icc", Switch, value => Directives.Bool(value), "give the option com.docker.network.bridge.enable_icc=false to a network of your own"),
        Only("ip", Text, value => value is "" or "0.0.0.0", "give the option com.docker.network.bridge.host_binding_ipv4 to a network of your own"),
        Only("ipv6", Switch, value => !Directives.Bool(value), "the default network has IPv4 only"),
        Only("bip6", Text, _ => false, "the default network has IPv4 only"),
        Only("fixed-cidr-v6", Text, _ => false, "the default network has IPv4 only"),
        Only("default-gateway", Text, _ => false, "the default network's gateway is its bridge"),
        Only("default-gateway-v6", Text, _ => false, "the default network has IPv4 only"),
        Only("bridge", Text, _ => false, "name the default network's bridge with --default-bridge") with { Short = 'b' },
        Only("host-gateway-ips", List, _ => false, "host-gateway is the default network's bridge") with { Flag = "host-gateway-ip" },
        Only("host-gateway-ip", Text, _ => false, "host-gateway is the default network's bridge") with { Flag = "" },
        Only("storage-driver", Text, value => value is "overlay2" or "overlayfs" or "overlay", "only overlayfs is served") with { Short = 's' },
        Only("exec-opts", List, value => value == "native.cgroupdriver=cgroupfs", "only native.cgroupdriver=cgroupfs is served") with { Flag = "exec-opt" },
        Only("default-cgroupns-mode", Text, value => value == (File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "private" : "host"), "the default is host on cgroup version 1 and private on version 2"),
        Only("seccomp-profile", Text, value => value is "" or "builtin", "only the built-in profile is served as a default"),
        Only("selinux-enabled", Switch, value => !Directives.Bool(value), "there is no SELinux support"),
        Only("userns-remap", Text, value => value.Length == 0, "there are no user namespaces"),
        Only("rootless", Switch, value => !Directives.Bool(value), "the daemon needs root"),
        Only("metrics-addr", Text, value => value.Length == 0, "there is no metrics endpoint"),
        Only("cpu-rt-period", Number, value => value == "0", "real-time scheduling is not served"),
        Only("cpu-rt-runtime", Number, value => value == "0", "real-time scheduling is not served"),
    ];

    private static Directive Accepted(string key, DirectiveShape shape, string reason) =>
        new(key, shape, (options, _) => options with { Ignored = [.. options.Ignored, $"{key} has no effect: {reason}"] });

    private static Directive Only(string key, DirectiveShape shape, Func<string, bool> accepts, string reason) => new(key, shape, (options, value) => accepts(value)
        ? options with { Ignored = [.. options.Ignored, $"{key}={value} is what happens anyway"] }
        : throw new FormatException($"{key} \"{value}\" is not supported: {reason}"));
}

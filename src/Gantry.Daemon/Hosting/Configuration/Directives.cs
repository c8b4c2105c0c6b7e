using System.Globalization;
using System.Net;
using System.Text.Json;
using Gantry.Core;
using Gantry.Runtime;
using static Gantry.Daemon.Hosting.Configuration.DirectiveShape;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>Every setting that does something here. Those of dockerd that do not are in <see cref="IdleDirectives"/>.</summary>
internal static class Directives
{
    /// <summary>All of them, idle ones included, by key.</summary>
    public static IReadOnlyList<Directive> All { get; } = [.. Acting(), .. IdleDirectives.All()];

    public static Directive? ByFlag(string name) => All.FirstOrDefault(directive => directive.Flag == name && name.Length > 0);

    public static Directive? ByShort(char letter) => All.FirstOrDefault(directive => directive.Short == letter && letter != '\0');

    public static Directive? ByKey(string key) => All.FirstOrDefault(directive => directive.InFile && directive.Key == key);

    private static IEnumerable<Directive> Acting() =>
    [
        // Doors.
        new("hosts", List, (o, v) => o with { Hosts = [.. o.Hosts, v] }) { Flag = "host", Short = 'H', Usage = ("list", "Socket to listen on: unix://PATH, tcp://HOST:PORT, fd:// (repeatable, default \"unix:///run/gantry/gantry.sock\")") },
        new("group", Text, (o, v) => o with { Group = v }) { Short = 'G', Usage = ("string", "Group of the unix socket (default: \"docker\" or \"gantry\" if there is one)") },
        new("tls", Switch, (o, v) => o with { Tls = o.Tls with { Tls = Bool(v) } }) { Usage = ("", "Use TLS; implied by --tlsverify. --tls=false allows plain TCP") },
        new("tlsverify", Switch, (o, v) => o with { Tls = o.Tls with { Verify = Bool(v) } }) { Usage = ("", "Use TLS and verify the clients") },
        new("tlscacert", Text, (o, v) => o with { Tls = o.Tls with { Authority = v } }) { Usage = ("string", "Trust certs signed only by this CA (default \"~/.docker/ca.pem\")") },
        new("tlscert", Text, (o, v) => o with { Tls = o.Tls with { Certificate = v } }) { Usage = ("string", "Path to TLS certificate file (default \"~/.docker/cert.pem\")") },
        new("tlskey", Text, (o, v) => o with { Tls = o.Tls with { Key = v } }) { Usage = ("string", "Path to TLS key file (default \"~/.docker/key.pem\")") },

        // Places.
        new("data-root", Text, (o, v) => o with { DataRoot = v }) { Usage = ("string", "Root directory of persistent state (default \"/var/lib/gantry\")") },
        new("exec-root", Text, (o, v) => o with { ExecRoot = v }) { Usage = ("string", "Root directory of this boot's state (default \"/run/gantry\")") },
        new("pidfile", Text, (o, v) => o with { PidFile = v }) { Short = 'p', Usage = ("string", "Path of the file that gets the daemon's process id") },
        new("monitor", Text, (o, v) => o with { MonitorPath = Path.GetFullPath(v) }) { InFile = false, Usage = ("string", "Path of gantry-monitor (default: beside gantryd)") },
        new("cgroup-parent", Text, (o, v) => o with { CgroupParent = v }) { Usage = ("string", "Parent cgroup of all containers (default \"/gantry\")") },

        // What it says.
        new("debug", Switch, (o, v) => o with { Debug = Bool(v) }) { Short = 'D', Usage = ("", "Log more") },
        new("log-level", Text, (o, v) => o with { LogLevel = Level(v) }) { Short = 'l', Usage = ("string", "\"debug\", \"info\", \"warn\", \"error\" or \"fatal\" (default \"info\")") },
        new("log-format", Text, (o, v) => o with { JsonLog = v switch { "json" => true, "text" => false, _ => throw new FormatException($"invalid log format: {v}") } }) { Usage = ("string", "\"text\" or \"json\" (default \"text\")") },
        new("labels", List, (o, v) => o with { Labels = [.. o.Labels, Label(v)] }) { Flag = "label", Usage = ("list", "Label of the daemon, KEY=VALUE (repeatable)") },

        // Networks.
        new("nft-table", Text, (o, v) => o with { NftTable = v }) { InFile = false, Usage = ("string", "Name of the nftables table (default \"gantry\")") },
        new("default-bridge", Text, (o, v) => o with { DefaultBridge = v }) { InFile = false, Usage = ("string", "Name of the default network's bridge (default \"gantry0\")") },
        new("bridge-prefix", Text, (o, v) => o with { BridgePrefix = v }) { InFile = false, Usage = ("string", "Prefix of the names of networks' bridges (default \"gt-\")") },
        new("default-address-pools", Structure, (o, v) => o with { AddressPools = [.. o.AddressPools, Pool(v)] }) { Flag = "default-address-pool", Usage = ("pool-options", "Pool that networks' subnets are taken from: base=CIDR,size=PREFIX (repeatable)"), Read = Pools },
        new("bip", Text, (o, v) => o with { DefaultAddress = Interface(v) }) { Usage = ("string", "Address and prefix of the default network's bridge: 10.9.0.1/24") },
        new("fixed-cidr", Text, (o, v) => o with { FixedRange = Subnet(v) }) { Usage = ("string", "Range of the default network that addresses are given out from") },
        new("mtu", Number, (o, v) => o with { Mtu = Int(v) is >= 0 and <= 65535 and var mtu ? mtu : throw new FormatException($"invalid default MTU: {v}") }) { Usage = ("int", "MTU of the default network (default 1500)") },
        new("allow-direct-routing", Switch, (o, v) => o with { AllowDirectRouting = Bool(v) }) { Usage = ("", "Let other hosts reach published ports at containers' own addresses") },
        new("dns", List, (o, v) => o with { Dns = [.. o.Dns, IPAddress.TryParse(v, out var address) ? address : throw new FormatException($"invalid IP address: {v}")] }) { Usage = ("list", "DNS server of containers (repeatable)") },
        new("dns-opts", List, (o, v) => o with { DnsOptions = [.. o.DnsOptions, v] }) { Flag = "dns-opt", Usage = ("list", "DNS option of containers (repeatable)") },
        new("dns-search", List, (o, v) => o with { DnsSearch = [.. o.DnsSearch, Domain(v)] }) { Usage = ("list", "DNS search domain of containers (repeatable)") },

        // Plugins.
        new("authorization-plugins", List, (o, v) => o with { AuthorizationPlugins = [.. o.AuthorizationPlugins, v] }) { Flag = "authorization-plugin", Usage = ("list", "Name of a plugin that every request has to pass (repeatable)") },
        new("plugin-dir", List, (o, v) => o with { PluginDirectories = [.. o.PluginDirectories, Path.GetFullPath(v)] }) { InFile = false, Usage = ("list", "Folder of plugins' sockets and specs (repeatable, default: Docker's folders)") },

        // Containers.
        new("runtime", Text, (o, v) => o with { RuntimePath = v }) { InFile = false, Usage = ("string", "Path of the OCI runtime (default: crun, else runc, on PATH)") },
        new("runtimes", Structure, (o, v) => o with { Runtimes = [.. o.Runtimes, RuntimeReader.Read(v)] }) { Flag = "add-runtime", Usage = ("runtime", "OCI runtime that containers and --default-runtime may name: NAME=PATH (repeatable)"), Read = RuntimeReader.Split },
        new("default-runtime", Text, (o, v) => o with { DefaultRuntime = v }) { Usage = ("string", "OCI runtime of containers: \"crun\", \"runc\" or one of --add-runtime") },
        new("log-driver", Text, (o, v) => o.WithDefaults(d => d with { LogDriver = v })) { Usage = ("string", "Log driver of containers that name none (default \"json-file\")") },
        new("log-opts", Map, (o, v) => o.WithDefaults(d => d with { LogOptions = With(d.LogOptions, v) })) { Flag = "log-opt", Usage = ("map", "Option of that log driver, KEY=VALUE (repeatable)") },
        new("default-shm-size", Text, (o, v) => o.WithDefaults(d => d with { ShmSize = Bytes(v) })) { Usage = ("bytes", "Size of /dev/shm of containers (default 64MiB)") },
        new("default-ulimits", Structure, (o, v) => o.WithDefaults(d => d with { Ulimits = [.. d.Ulimits, Ulimit(v)] })) { Flag = "default-ulimit", Usage = ("ulimit", "Ulimit of containers, NAME=SOFT[:HARD] (repeatable)"), Read = Ulimits },
        new("init", Switch, (o, v) => o.WithDefaults(d => d with { Init = Bool(v) })) { Usage = ("", "Run an init in containers") },
        new("no-new-privileges", Switch, (o, v) => o.WithDefaults(d => d with { NoNewPrivileges = Bool(v) })) { Usage = ("", "Set no-new-privileges for new containers") },

        new("default-ipc-mode", Text, (o, v) => o.WithDefaults(d => d with { IpcMode = IpcMode(v) })) { Usage = ("string", "IPC of containers that name none: \"private\" (default) or \"shareable\"") },
        new("builder", Structure, (o, v) => o with { CachePolicies = BuilderCollection.Read(v) }) { Flag = "", Read = json => [json.GetRawText()] },

        // Registries.
        new("insecure-registries", List, (o, v) => o with { InsecureRegistries = [.. o.InsecureRegistries, InsecureRegistry(v)] }) { Flag = "insecure-registry", Usage = ("list", "Registry, HOST[:PORT] or CIDR, that may speak plain HTTP or have any certificate (repeatable)") },
        new("registry-mirrors", List, (o, v) => o with { RegistryMirrors = [.. o.RegistryMirrors, Mirror(v)] }) { Flag = "registry-mirror", Usage = ("list", "URL of a mirror of Docker Hub (repeatable)") },
        new("max-concurrent-downloads", Number, (o, v) => o with { MaxDownloads = Positive(v, "max concurrent downloads") }) { Usage = ("int", "Layers that are downloaded at once (default 3)") },
        new("max-concurrent-uploads", Number, (o, v) => o with { MaxUploads = Positive(v, "max concurrent uploads") }) { Usage = ("int", "Layers that are uploaded at once (default 5)") },
        new("max-download-attempts", Number, (o, v) => o with { MaxAttempts = Positive(v, "max download attempts") }) { Usage = ("int", "Tries of one layer (default 5)") },
        new("http-proxy", Text, (o, v) => o with { Proxies = [.. o.Proxies, ("HTTP_PROXY", v)] }) { Usage = ("string", "Proxy of outgoing HTTP") },
        new("https-proxy", Text, (o, v) => o with { Proxies = [.. o.Proxies, ("HTTPS_PROXY", v)] }) { Usage = ("string", "Proxy of outgoing HTTPS") },
        new("no-proxy", Text, (o, v) => o with { Proxies = [.. o.Proxies, ("NO_PROXY", v)] }) { Usage = ("string", "Hosts that are reached without a proxy") },
        new("features", Map, (o, v) => o with { Features = With(o.Features, Feature(v)) }) { Flag = "feature", Usage = ("map", "Feature of dockerd; none changes anything here (repeatable)") },
        new("live-restore", Switch, (o, v) => o with { LiveRestore = Bool(v) }) { Usage = ("", "Accepted; containers always live on when the daemon ends") },
        new("shutdown-timeout", Number, (o, v) => o with { ShutdownTimeout = Int(v) }) { Usage = ("int", "Seconds that containers get to end when the machine goes down (default 15)") },
    ];

    internal static bool Bool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };

    internal static int Int(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private static int Positive(string text, string what) => Int(text) is > 0 and var number ? number : throw new FormatException($"invalid {what}: {text}");

    private static LogLevel Level(string text) => text switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "panic" => LogLevel.Critical,
        _ => throw new FormatException($"invalid logging level: {text}"),
    };

    private static string Label(string text) => text.Contains('=') ? text : throw new FormatException($"bad attribute format: {text}");

    internal static (string Name, string Value) Pair(string text) => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value] ? (name, value) : throw new FormatException($"invalid key=value pair: {text}");

    private static string IpcMode(string text) => text is "private" or "shareable" ? text : throw new FormatException($"IPC mode \"{text}\" is not supported as default");

    private static string Feature(string text) => text.Split('=', 2) is [_, var value] && Bool(value) is var _ ? text : throw new FormatException($"invalid feature: {text}");

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> map, string pair)
    {
        var (name, value) = pair.Split('=', 2) is [var key, var rest] ? (key, rest) : (pair, "");
        return new Dictionary<string, string>(map) { [name] = value };
    }

    private static long Bytes(string text) => ByteSize.TryParse(text, null, out var size) ? size.Bytes : throw new FormatException($"invalid size: \"{text}\"");

    private static Ulimit Ulimit(string text)
    {
        var (name, value) = Pair(text);
        return value.Split(':') is [var soft] ? new Ulimit(name, Int(soft), Int(soft)) : value.Split(':') is [var low, var high] ? new Ulimit(name, Int(low), Int(high))
            : throw new FormatException($"too many limit value arguments - {value}, can only have up to two, `soft[:hard]`");
    }

    private static string Domain(string text) => text == "." || (text.Length > 0 && text.Trim('.').Split('.').All(label => label.Length is > 0 and < 64 && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')))
        ? text : throw new FormatException($"{text} is not a valid domain");

    private static (IPAddress Address, IPNetwork Subnet) Interface(string text)
    {
        return text.Split('/') is [var address, var length] && IPAddress.TryParse(address, out var own) && own.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) && prefix is > 0 and <= 30
            ? (own, SubnetOf(own, prefix)) : throw new FormatException($"invalid bip: invalid CIDR address: {text}");

        static IPNetwork SubnetOf(IPAddress address, int prefix)
        {
            var bytes = address.GetAddressBytes();
            var mask = uint.MaxValue << (32 - prefix);
            return new IPNetwork(new IPAddress([(byte)(bytes[0] & (mask >> 24)), (byte)(bytes[1] & (mask >> 16)), (byte)(bytes[2] & (mask >> 8)), (byte)(bytes[3] & mask)]), prefix);
        }
    }

    private static IPNetwork Subnet(string text) => IPNetwork.TryParse(text, out var range) ? range : throw new FormatException($"invalid fixed-cidr: invalid CIDR address: {text}");

    private static (IPNetwork Pool, int PrefixLength) Pool(string text)
    {
        var members = text.Split(',').Select(member => member.Split('=', 2)).Where(member => member.Length == 2).ToDictionary(member => member[0].Trim(), member => member[1].Trim());
        return members.TryGetValue("base", out var network) && IPNetwork.TryParse(network, out var pool)
            && members.TryGetValue("size", out var size) && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length >= pool.PrefixLength && length <= 30
            ? (pool, length)
            : throw new FormatException($"invalid default address pool \"{text}\": write base=CIDR,size=PREFIX");
    }

    private static string InsecureRegistry(string text) =>
        (text.Contains('/') && IPNetwork.TryParse(text, out _)) || (Uri.TryCreate("https://" + text, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && !text.Contains('/'))
            ? text : throw new FormatException($"invalid insecure registry \"{text}\": write HOST[:PORT] or a CIDR range");

    private static Uri Mirror(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
        ? uri : throw new FormatException(text.Contains("://") ? $"invalid mirror \"{text}\": write an http or https URL" : $"invalid mirror: no scheme specified for \"{text}\": must use either 'https://' or 'http://'");

    private static IEnumerable<string> Pools(JsonElement json) => json.EnumerateArray().Select(pool =>
        $"base={pool.GetProperty("base").GetString()},size={pool.GetProperty("size").GetInt32()}");

    private static IEnumerable<string> Ulimits(JsonElement json) => json.EnumerateObject().Select(limit =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.Name}={limit.Value.GetProperty("Soft").GetInt64()}:{limit.Value.GetProperty("Hard").GetInt64()}"));
}

using System.Globalization;
using System.Net;

namespace Gantry.Daemon.Hosting;

/// <summary>The command line of gantryd: Docker's names where dockerd has the same option.</summary>
internal static class CommandLine
{
    public const string Help = """
        Usage:  gantryd [OPTIONS]

        A container engine that speaks the Docker API.

        Options:
              --authorization-plugin list           Name of a plugin that every request has to pass (repeatable)
              --bridge-prefix string                Prefix of the names of networks' bridges (default "gt-")
              --cgroup-parent string                Parent cgroup of all containers (default "/gantry")
              --data-root string                    Root directory of persistent state (default "/var/lib/gantry")
          -D, --debug                               Log more
              --default-address-pool pool-options   Pool that networks' subnets are taken from: base=CIDR,size=PREFIX (repeatable)
              --default-bridge string               Name of the default network's bridge (default "gantry0")
              --dns list                            DNS server for names that are not containers' (repeatable)
              --exec-root string                    Root directory of this boot's state (default "/run/gantry")
          -G, --group string                        Group of the unix socket (default: "docker" or "gantry" if there is one)
              --help                                Print usage
          -H, --host list                           Socket to listen on (repeatable, default "unix:///run/gantry/gantry.sock")
              --insecure-registry list              Registry, HOST[:PORT] or CIDR, that may speak plain HTTP or have any certificate (repeatable)
              --log-format string                   "text" or "json" (default "text")
              --monitor string                      Path of gantry-monitor (default: beside gantryd)
              --nft-table string                    Name of the nftables table (default "gantry")
          -p, --pidfile string                      Path of the file that gets the daemon's process id
              --plugin-dir list                     Folder of plugins' sockets and specs (repeatable, default: Docker's folders)
              --registry-mirror list                URL of a mirror of Docker Hub (repeatable)
              --remove-all                          Remove all containers, networks, images and state, and quit
              --runtime string                      Path of the OCI runtime (default: crun, else runc, on PATH)
          -v, --version                             Print version information and quit
        """;

    /// <exception cref="CommandLineException">An option is unknown, lacks its value or has a bad one.</exception>
    public static (DaemonOptions Options, CommandLineAction Action) Parse(IReadOnlyList<string> arguments)
    {
        var options = new DaemonOptions();
        var action = CommandLineAction.Run;
        var remaining = new Queue<string>(arguments);
        while (remaining.TryDequeue(out var argument))
        {
            var (name, inline) = Split(argument);
            switch (name)
            {
                case "--help" or "-h":
                    return (options, CommandLineAction.Help);
                case "--version" or "-v":
                    return (options, CommandLineAction.Version);
                case "--remove-all":
                    action = CommandLineAction.RemoveAll;
                    continue;
                case "--debug" or "-D":
                    options = options with { Debug = inline is null or "true" or "1" };
                    continue;
            }

            options = Apply(options, name, () => inline ?? (remaining.TryDequeue(out var next) ? next : throw new CommandLineException($"flag needs an argument: {name}")));
        }

        return (options, action);
    }

    private static DaemonOptions Apply(DaemonOptions options, string name, Func<string> value) => name switch
    {
        "--host" or "-H" => options with { Sockets = [.. options.Sockets, SocketPath(value())] },
        "--data-root" => options with { DataRoot = value() },
        "--exec-root" => options with { ExecRoot = value() },
        "--pidfile" or "-p" => options with { PidFile = value() },
        "--group" or "-G" => options with { Group = value() },
        "--log-format" => options with { JsonLog = LogFormat(value()) },
        "--monitor" => options with { MonitorPath = Path.GetFullPath(value()) },
        "--runtime" => options with { RuntimePath = value() },
        "--cgroup-parent" => options with { CgroupParent = value() },
        "--authorization-plugin" => options with { AuthorizationPlugins = [.. options.AuthorizationPlugins, value()] },
        "--plugin-dir" => options with { PluginDirectories = [.. options.PluginDirectories, Path.GetFullPath(value())] },
        "--nft-table" => options with { NftTable = value() },
        "--default-bridge" => options with { DefaultBridge = value() },
        "--bridge-prefix" => options with { BridgePrefix = value() },
        "--default-address-pool" => options with { AddressPools = [.. options.AddressPools, Pool(value())] },
        "--insecure-registry" => options with { InsecureRegistries = [.. options.InsecureRegistries, InsecureRegistry(value())] },
        "--registry-mirror" => options with { RegistryMirrors = [.. options.RegistryMirrors, Mirror(value())] },
        "--dns" => options with { UpstreamDns = [.. options.UpstreamDns, Address(value())] },
        _ when name.StartsWith('-') => throw new CommandLineException($"unknown flag: {name}"),
        _ => throw new CommandLineException($"\"gantryd\" accepts no arguments: {name}"),
    };

    // --name=value, -Hvalue
    private static (string Name, string? Inline) Split(string argument)
    {
        if (argument.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = argument.IndexOf('=');
            return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
        }

        return argument is ['-', 'H' or 'G' or 'p', _, ..] ? (argument[..2], argument[2..].TrimStart('=')) : (argument, null);
    }

    private static string SocketPath(string host) => host switch
    {
        _ when host.StartsWith("unix://", StringComparison.Ordinal) && host.Length > 7 => Path.GetFullPath(host[7..]),
        ['/', ..] => host,
        _ => throw new CommandLineException($"invalid host \"{host}\": only unix:// sockets are served"),
    };

    private static bool LogFormat(string text) => text switch
    {
        "json" => true,
        "text" => false,
        _ => throw new CommandLineException($"invalid log format \"{text}\": use text or json"),
    };

    private static (IPNetwork Pool, int PrefixLength) Pool(string text)
    {
        var members = text.Split(',').Select(member => member.Split('=', 2)).Where(member => member.Length == 2).ToDictionary(member => member[0].Trim(), member => member[1].Trim());
        return members.TryGetValue("base", out var network) && IPNetwork.TryParse(network, out var pool)
            && members.TryGetValue("size", out var size) && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length >= pool.PrefixLength && length <= 30
            ? (pool, length)
            : throw new CommandLineException($"invalid default address pool \"{text}\": write base=CIDR,size=PREFIX");
    }

    private static string InsecureRegistry(string text) =>
        (text.Contains('/') && IPNetwork.TryParse(text, out _)) || (Uri.TryCreate("https://" + text, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && !text.Contains('/'))
            ? text : throw new CommandLineException($"invalid insecure registry \"{text}\": write HOST[:PORT] or a CIDR range");

    private static Uri Mirror(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
        ? uri : throw new CommandLineException($"invalid mirror \"{text}\": write an http or https URL");

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new CommandLineException($"invalid DNS server \"{text}\"");
}

/// <summary>What a command line asks for.</summary>
internal enum CommandLineAction
{
    Run,
    Help,
    Version,
    RemoveAll,
}

/// <summary>A command line that cannot be followed.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

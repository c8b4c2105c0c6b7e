using Gantry.Core;

namespace Gantry.Engine.Containers.Logs;

/// <summary>Where syslog listens: <c>udp</c>, <c>tcp</c>, <c>tcp+tls</c> with host and port, <c>unix</c> or <c>unixgram</c> with a path. The empty protocol: this host's own.</summary>
internal readonly record struct SyslogAddress(string Protocol, string Host, int Port, string Path)
{
    private const int DefaultPort = 514;
    private static readonly string[] OwnSockets = ["/dev/log", "/var/run/syslog", "/var/run/log"];

    /// <exception cref="GantryException">InvalidArgument: <c>unsupported scheme</c>, or a socket that is not there.</exception>
    public static SyslogAddress Parse(string text)
    {
        if (text.Length == 0)
        {
            return new SyslogAddress("", "", 0, "");
        }

        var split = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = split < 0 ? "" : text[..split];
        var rest = split < 0 ? "" : text[(split + 3)..];
        if (scheme is "unix" or "unixgram")
        {
            return System.IO.Path.Exists(rest) ? new SyslogAddress(scheme, "", 0, rest) : throw GantryException.Invalid($"stat {rest}: no such file or directory");
        }

        if (scheme is not ("udp" or "tcp" or "tcp+tls"))
        {
            throw GantryException.Invalid($"unsupported scheme: '{scheme}'");
        }

        var colon = rest.LastIndexOf(':');
        var hasPort = colon >= 0 && !rest.EndsWith(']');
        var port = DefaultPort;
        return hasPort && !int.TryParse(rest[(colon + 1)..], out port)
            ? throw GantryException.Invalid($"parse \"{text}\": invalid port \"{rest[colon..]}\" after host")
            : new SyslogAddress(scheme, (hasPort ? rest[..colon] : rest).Trim('[', ']') is { Length: > 0 } host ? host : "127.0.0.1", port, "");
    }

    /// <summary>This host's own socket, when that is what was asked for.</summary>
    public string? FindOwnSocket() => OwnSockets.FirstOrDefault(File.Exists);
}

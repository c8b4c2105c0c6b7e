using System.Globalization;
using System.Net;
using Gantry.Api;
using Gantry.Api.Containers;

namespace Gantry.Cli.Commands.Running;

/// <summary>The grammar of <c>-p</c> and <c>--expose</c> (docker/go-connections nat, and the long form of docker/cli).</summary>
internal static class PortSpecs
{
    /// <summary>Adds what <c>[[ip:]host:]container[/protocol]</c> (ranges allowed) or <c>target=..,published=..</c> publishes.</summary>
    /// <exception cref="FormatException">In docker's words.</exception>
    public static void Publish(string spec, Dictionary<string, IReadOnlyList<PortBinding>?> bindings, Dictionary<string, EmptyObject> exposed)
    {
        spec = spec.Contains('=') ? FromLong(spec) : spec;
        var (ip, host, container) = Split(spec);
        var slash = container.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : container[(slash + 1)..].ToLowerInvariant();
        container = slash < 0 ? container : container[..slash];
        if (ip.Length > 0 && !IPAddress.TryParse(ip, out _))
        {
            throw new FormatException($"invalid IP address: {ip}");
        }

        if (container.Length == 0)
        {
            throw new FormatException($"no port specified: {spec}<empty>");
        }

        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FormatException($"invalid proto: {protocol}");
        }

        var (first, last) = Range(container, $"invalid containerPort: {container}");
        var (firstHost, lastHost) = host.Length == 0 ? (0, 0) : Range(host, $"invalid hostPort: {host}");
        var single = first == last;
        if (host.Length > 0 && last - first != lastHost - firstHost && !single)
        {
            throw new FormatException($"invalid ranges specified for container and host Ports: {container} and {host}");
        }

        for (var port = first; port <= last; port++)
        {
            // One container port and a range of host ports: the daemon takes the first free one.
            var hostPort = host.Length == 0 ? "" : single && firstHost != lastHost ? host : (firstHost + port - first).ToString(CultureInfo.InvariantCulture);
            var key = $"{port}/{protocol}";
            exposed[key] = EmptyObject.Value;
            bindings[key] = [.. bindings.GetValueOrDefault(key) ?? [], new PortBinding { HostIp = ip, HostPort = hostPort }];
        }
    }

    public static void Expose(string spec, Dictionary<string, EmptyObject> exposed)
    {
        if (spec.Contains(':'))
        {
            throw new FormatException($"invalid port format for --expose: {spec}");
        }

        var slash = spec.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : spec[(slash + 1)..].ToLowerInvariant();
        var (first, last) = Range(slash < 0 ? spec : spec[..slash], $"invalid range format for --expose: {spec}, error: invalid start port");
        for (var port = first; port <= last; port++)
        {
            exposed[$"{port}/{protocol}"] = EmptyObject.Value;
        }
    }

    private static (string Ip, string Host, string Container) Split(string spec)
    {
        var last = spec.LastIndexOf(':');
        if (last < 0)
        {
            return ("", "", spec);
        }

        var container = spec[(last + 1)..];
        var rest = spec[..last];
        if (rest.StartsWith('['))
        {
            var close = rest.IndexOf(']');
            return close < 0 ? throw new FormatException($"invalid IP address: {rest}") : (rest[1..close], rest[(close + 1)..].TrimStart(':'), container);
        }

        var colon = rest.LastIndexOf(':');
        return colon < 0 ? ("", rest, container) : (rest[..colon], rest[(colon + 1)..], container);
    }

    private static (int First, int Last) Range(string text, string message)
    {
        var dash = text.IndexOf('-');
        var first = Port(dash < 0 ? text : text[..dash]);
        var last = dash < 0 ? first : Port(text[(dash + 1)..]);
        return first is { } f && last is { } l && l >= f ? (f, l) : throw new FormatException(message);
    }

    private static int? Port(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port : null;

    private static string FromLong(string spec)
    {
        var fields = KeyValues.Parse(spec.Split(','));
        var unknown = fields.Keys.FirstOrDefault(k => k is not ("target" or "published" or "protocol" or "mode" or "host_ip"));
        if (unknown is not null || !fields.TryGetValue("target", out var target))
        {
            throw new FormatException(unknown is null ? "missing mandatory field 'target'" : $"invalid field key {unknown}");
        }

        var protocol = fields.GetValueOrDefault("protocol", "tcp");
        return $"{fields.GetValueOrDefault("published", "")}:{target}/{protocol}".TrimStart(':');
    }
}

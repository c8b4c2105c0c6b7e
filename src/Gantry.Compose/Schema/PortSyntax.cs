using System.Globalization;
using Gantry.Compose.Loading;

namespace Gantry.Compose.Schema;

/// <summary>The short syntax of ports: <c>[HOST:][PUBLISHED[-END]:]TARGET[-END][/PROTOCOL]</c>.</summary>
internal static class PortSyntax
{
    public static Node Expand(Node node, string path) => node is ListNode list
        ? list.List(list.Items.SelectMany(item => item is ScalarNode { Value: not null } scalar ? Parse(scalar, scalar.Text!) : [item]))
        : node;

    /// <summary>Two of these are the same port.</summary>
    public static string Key(Node port) =>
        $"{port.Get("host_ip").Text}:{port.Get("published").Text}:{port.Get("target").Text}/{port.Get("protocol").Text}";

    private static IEnumerable<Node> Parse(Node at, string text)
    {
        var slash = text.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FormatException($"invalid proto: {protocol}");
        }

        var (host, published, target) = Split(slash < 0 ? text : text[..slash]);
        var (first, last) = Range(target, "containerPort");
        if (published.Length == 0)
        {
            return Enumerable.Range(first, last - first + 1).Select(port => Port(at, host, null, port, protocol));
        }

        var (from, to) = Range(published, "hostPort");
        if (to - from != last - first)
        {
            // A range on the host for one container port: the engine takes the first that is free.
            return first == last
                ? [Port(at, host, published, first, protocol)]
                : throw new FormatException($"Invalid ranges specified for container and host Ports: {target} and {published}");
        }

        return Enumerable.Range(0, last - first + 1).Select(i => Port(at, host, (from + i).ToString(CultureInfo.InvariantCulture), first + i, protocol));
    }

    private static (string Host, string Published, string Target) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return ("", "", text);
        }

        var (rest, target) = (text[..colon], text[(colon + 1)..]);
        var second = rest.EndsWith(']') ? -1 : rest.LastIndexOf(':');
        return rest.EndsWith(']') ? (rest.Trim('[', ']'), "", target)
            : second < 0 ? (System.Net.IPAddress.TryParse(rest, out _) && rest.Contains('.') ? (rest, "", target) : ("", rest, target))
            : (rest[..second].Trim('[', ']'), rest[(second + 1)..], target);
    }

    private static (int First, int Last) Range(string text, string name)
    {
        var dash = text.IndexOf('-');
        return ushort.TryParse(dash < 0 ? text : text[..dash], out var first) & ushort.TryParse(dash < 0 ? text : text[(dash + 1)..], out var last) && last >= first
            ? (first, last)
            : throw new FormatException($"Invalid {name}: {text}");
    }

    private static MapNode Port(Node at, string host, string? published, int target, string protocol) => at.Mapping(
        ("mode", "ingress"), ("host_ip", host.Length == 0 ? null : host), ("target", (long)target), ("published", published), ("protocol", protocol));
}

using Gantry.Compose.Loading;

namespace Gantry.Compose.Schema;

/// <summary>The short syntaxes that need no more than a few lines each.</summary>
internal static class ShortSyntax
{
    /// <summary>A string where a list is meant.</summary>
    public static Node OneOrMany(Node node, string path) => node is ScalarNode { Value: not null } ? node.List([node]) : node;

    /// <summary><c>K=V</c> items as a mapping; a bare <c>K</c> has no value.</summary>
    public static Node Pairs(Node node, string path) => ToMap(node, null);

    /// <summary><c>K=V</c> items as a mapping; a bare <c>K</c> is empty.</summary>
    public static Node Labels(Node node, string path)
    {
        var map = ToMap(node, "");
        foreach (var (key, value) in map.Entries.ToList())
        {
            map.Map![key] = value.IsNull && value.Tag == NodeTag.None ? value.Scalar("") : value;
        }

        return map;
    }

    public static Node Build(Node node, string path) => node is ScalarNode { Value: string context } ? node.Mapping(("context", context)) : node;

    public static Node Command(Node node, string path) =>
        node is ScalarNode { Value: string line } ? node.List(ShellWords.Split(line).Select(word => node.Scalar(word))) : node;

    public static Node HealthTest(Node node, string path) =>
        node is ScalarNode { Value: string line } ? node.List([node.Scalar("CMD-SHELL"), node.Scalar(line)]) : node;

    public static Node DependsOn(Node node, string path) =>
        Names(node, name => name.Mapping(("condition", "service_started"), ("required", true)));

    public static Node Names(Node node, string path) => Names(node, name => name.Scalar(null));

    public static Node Reference(Node node, string path) => node is ScalarNode { Value: string source } ? node.Mapping(("source", source)) : node;

    public static Node Service(Node node, string path) => node is ScalarNode { Value: string service } ? node.Mapping(("service", service)) : node;

    public static Node Include(Node node, string path) => node is ScalarNode { Value: string file } ? node.Mapping(("path", node.List([node.Scalar(file)]))) : node;

    public static Node EnvFiles(Node node, string path) => node switch
    {
        ScalarNode { Value: string file } => node.List([EnvFile(node, file)]),
        ListNode list => list.List(list.Items.Select(item => item is ScalarNode { Value: string file } ? EnvFile(item, file) : item)),
        _ => node,
    };

    public static Node Device(Node node, string path)
    {
        if (node is not ScalarNode { Value: string text })
        {
            return node;
        }

        var parts = text.Split(':');
        return parts.Length > 3
            ? throw new FormatException($"confusing device mapping, please use long syntax: {text}")
            : node.Mapping(("source", parts[0]), ("target", parts.ElementAtOrDefault(1) ?? parts[0]), ("permissions", parts.ElementAtOrDefault(2) ?? "rwm"));
    }

    public static Node Gpus(Node node, string path) =>
        node is ScalarNode { Value: string } ? node.List([node.Mapping(("count", -1L))]) : node;

    public static Node DeviceCount(Node node, string path) => node is ScalarNode { Value: "all" } ? node.Scalar(-1L) : node;

    /// <summary>Hosts become <c>name=address</c> items, whatever they were written as.</summary>
    public static Node Hosts(Node node, string path) => node switch
    {
        MapNode map => map.List(map.Entries.SelectMany(entry => entry.Value is ListNode many
            ? many.Items.Select(item => (Node)item.Scalar($"{entry.Key}={item.Text}"))
            : [entry.Value.Scalar($"{entry.Key}={entry.Value.Text}")])),
        ListNode list => list.List(list.Items.Select(item => item is ScalarNode { Value: string text } ? item.Scalar(Host(text)) : item)),
        _ => node,
    };

    /// <summary>The older <c>external: {name: X}</c>.</summary>
    public static Node External(Node node, string path)
    {
        if (node.Get("external") is MapNode { } external)
        {
            node.Map!["name"] = external["name"] ?? node.Get("name");
            node.Map!["external"] = external.Scalar(true);
        }

        return node;
    }

    private static MapNode EnvFile(Node at, string file) => at.Mapping(("path", file), ("required", true));

    private static string Host(string text)
    {
        var separator = text.IndexOf('=') is > 0 and var equals ? equals : text.IndexOf(':');
        return separator > 0 ? $"{text[..separator]}={text[(separator + 1)..].Trim('[', ']')}" : throw new FormatException($"bad extra host: {text}");
    }

    private static Node Names(Node node, Func<Node, Node> value)
    {
        if (node is not ListNode list)
        {
            return node;
        }

        var map = node.Mapping();
        foreach (var item in list.Items)
        {
            map[item.Text ?? ""] = value(item);
        }

        return map;
    }

    private static Node ToMap(Node node, string? missing)
    {
        if (node is not ListNode list)
        {
            return node;
        }

        var map = node.Mapping();
        foreach (var item in list.Items)
        {
            var text = item.Text ?? throw new FormatException("must be a string");
            var equals = text.IndexOf('=');
            map[equals < 0 ? text : text[..equals]] = item.Scalar(equals < 0 ? missing : text[(equals + 1)..]);
        }

        return map;
    }
}

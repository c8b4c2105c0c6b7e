using Gantry.Compose.Loading;

namespace Gantry.Compose.Schema;

/// <summary>The short syntax of a service's volumes: <c>[SOURCE:]TARGET[:MODE]</c>.</summary>
internal static class VolumeSyntax
{
    public static Node Expand(Node node, string path)
    {
        if (node is not ScalarNode { Value: string text })
        {
            return node;
        }

        var parts = text.Split(':');
        return parts switch
        {
            [""] => throw new FormatException("invalid empty volume spec"),
            [var target] => node.Mapping(("type", "volume"), ("target", Clean(target)), ("volume", node.Mapping())),
            [var source, var target] when target.StartsWith('/') => Mount(node, source, target, ""),
            // NAME:MODE without a target does not exist; /data:ro is an anonymous volume with a mode.
            [var target, var mode] when target.StartsWith('/') && IsMode(mode) => Mount(node, "", target, mode),
            [var source, var target] => Mount(node, source, target, ""),
            [var source, var target, var mode] => Mount(node, source, target, mode),
            _ => throw new FormatException($"invalid spec: {text}: too many colons"),
        };
    }

    private static MapNode Mount(Node at, string source, string target, string mode)
    {
        var options = mode.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var isBind = source.StartsWith('.') || source.StartsWith('/') || source.StartsWith('~');
        var mount = at.Mapping(
            ("type", isBind ? "bind" : "volume"), ("source", source.Length == 0 ? null : source), ("target", Clean(target)),
            ("read_only", options.Contains("ro") ? true : null),
            ("consistency", options.FirstOrDefault(option => option is "cached" or "delegated" or "consistent")));
        if (isBind)
        {
            mount["bind"] = at.Mapping(
                ("selinux", options.FirstOrDefault(option => option is "z" or "Z")),
                ("propagation", options.FirstOrDefault(option => option is "rprivate" or "private" or "rshared" or "shared" or "rslave" or "slave")),
                ("create_host_path", true));
        }
        else
        {
            mount["volume"] = at.Mapping(("nocopy", options.Contains("nocopy") ? true : null));
        }

        return mount;
    }

    private static bool IsMode(string text) =>
        text.Split(',').All(option => option is "ro" or "rw" or "z" or "Z" or "nocopy" or "cached" or "delegated" or "consistent");

    // Go's path.Clean for the absolute paths that occur here.
    internal static string Clean(string path)
    {
        if (!path.StartsWith('/'))
        {
            return path.Length > 1 ? path.TrimEnd('/') : path;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts = [.. parts.SkipLast(1)];
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}

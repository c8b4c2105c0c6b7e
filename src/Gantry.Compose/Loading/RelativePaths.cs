using Gantry.Compose.Schema;

namespace Gantry.Compose.Loading;

/// <summary>Makes the paths of a canonical document absolute, each file's relative to its own project directory.</summary>
internal static class RelativePaths
{
    public static void ResolveProject(MapNode root, string directory)
    {
        foreach (var (_, service) in root["services"].Entries)
        {
            ResolveService(service, directory);
        }

        foreach (var section in (string[])["configs", "secrets"])
        {
            foreach (var (_, resource) in root[section].Entries)
            {
                Set(resource, "file", directory);
            }
        }

        foreach (var (_, volume) in root["volumes"].Entries)
        {
            // A bind mount in a volume's clothes.
            if (volume.Get("driver_opts") is MapNode options && options["o"].Text?.Contains("bind", StringComparison.Ordinal) == true)
            {
                Set(options, "device", directory);
            }
        }
    }

    public static void ResolveService(Node service, string directory)
    {
        if (service.Get("build") is MapNode build)
        {
            build["context"] ??= build.Scalar(".");
            build["context"] = build["context"]!.Scalar(Context(build["context"].Text!, directory));
            foreach (var (name, context) in build["additional_contexts"].Entries.ToList())
            {
                build["additional_contexts"].Map![name] = context.Scalar(Context(context.Text ?? "", directory));
            }
        }

        foreach (var file in service.Get("env_file").Items)
        {
            Set(file, "path", directory);
        }

        if (service.Get("label_file") is ListNode labels)
        {
            service.Map!["label_file"] = labels.List(labels.Items.Select(item => item.Scalar(Absolute(item.Text!, directory))));
        }

        foreach (var watch in service.Get("develop").Get("watch").Items)
        {
            Set(watch, "path", directory);
        }

        foreach (var mount in service.Get("volumes").Items.Where(mount => mount.Get("type").Text == "bind"))
        {
            Set(mount, "source", directory);
        }
    }

    /// <summary>Whether a build context is fetched by the builder rather than sent from here.</summary>
    public static bool IsRemote(string context) =>
        context.Contains("://", StringComparison.Ordinal) || context.StartsWith("git@", StringComparison.Ordinal)
        || context.StartsWith("github.com/", StringComparison.Ordinal) || context.StartsWith("service:", StringComparison.Ordinal)
        || context.StartsWith("target:", StringComparison.Ordinal);

    private static string Context(string context, string directory) => IsRemote(context) ? context : Absolute(context, directory);

    private static void Set(Node owner, string key, string directory)
    {
        if (owner.Get(key) is ScalarNode { Value: string path } node)
        {
            owner.Map![key] = node.Scalar(Absolute(path, directory));
        }
    }

    private static string Absolute(string path, string directory)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return VolumeSyntax.Clean(Path.GetFullPath(path, directory));
    }
}

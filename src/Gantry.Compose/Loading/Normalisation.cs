namespace Gantry.Compose.Loading;

/// <summary>Writes out what a document leaves to convention: names, the default network, implied dependencies.</summary>
internal static class Normalisation
{
    public static void Apply(MapNode tree, string project)
    {
        foreach (var (name, service) in tree["services"].Entries.ToList())
        {
            var map = service as MapNode ?? new MapNode(tree.Position);
            tree["services"].Map![name] = map;
            Service(map);
        }

        UseDefaultNetwork(tree);
        foreach (var section in (string[])["networks", "volumes", "secrets", "configs"])
        {
            NameResources(tree, section, project);
        }
    }

    private static void Service(MapNode service)
    {
        if (service["network_mode"] is null && service["networks"].Map is not { Entries.Count: > 0 } && service["provider"] is null)
        {
            service["networks"] = service.Mapping();
            service["networks"].Map!["default"] = service.Scalar(null);
        }

        if (service["pull_policy"].Text is "if_not_present")
        {
            service["pull_policy"] = service.Scalar("missing");
        }

        if (service["build"] is MapNode build)
        {
            build["dockerfile"] ??= build["dockerfile_inline"] is null ? build.Scalar("Dockerfile") : null;
        }

        foreach (var (_, dependency) in service["depends_on"].Entries)
        {
            dependency.Map!["required"] ??= dependency.Scalar(true);
        }

        foreach (var secret in service["secrets"].Items)
        {
            secret.Map!["target"] ??= secret.Scalar($"/run/secrets/{secret.Get("source").Text}");
        }

        foreach (var mount in service["volumes"].Items.Where(mount => mount.Get("type").Text == "bind"))
        {
            mount.Map!["bind"] ??= mount.Mapping();
            mount.Get("bind").Map!["create_host_path"] ??= mount.Scalar(true);
        }

        foreach (var port in service["ports"].Items)
        {
            port.Map!["mode"] ??= port.Scalar("ingress");
            port.Map!["protocol"] ??= port.Scalar("tcp");
        }

        foreach (var device in service["devices"].Items)
        {
            device.Map!["target"] ??= device.Get("source");
            device.Map!["permissions"] ??= device.Scalar("rwm");
        }

        ImplyDependencies(service);
    }

    // Sharing another service's namespace, volumes or name needs that service first.
    private static void ImplyDependencies(MapNode service)
    {
        var shared = ((string[])["network_mode", "ipc", "pid", "uts", "cgroup"])
            .Select(key => service[key].Text)
            .Where(mode => mode?.StartsWith("service:", StringComparison.Ordinal) == true)
            .Select(mode => mode!["service:".Length..]);
        var links = service["links"].Items.Select(link => link.Text!.Split(':')[0]);
        var volumes = service["volumes_from"].Items.Select(item => item.Text!).Where(item => !item.StartsWith("container:", StringComparison.Ordinal)).Select(item => item.Split(':')[0]);
        foreach (var name in shared.Concat(links).Concat(volumes))
        {
            service["depends_on"] ??= service.Mapping();
            service["depends_on"].Map!.Entries.TryAdd(name, service.Mapping(("condition", "service_started"), ("restart", true), ("required", true)));
        }
    }

    private static void UseDefaultNetwork(MapNode tree)
    {
        if (tree["services"].Entries.Any(service => service.Value.Get("networks").Get("default") is not null))
        {
            tree["networks"] ??= new MapNode(tree.Position);
            tree["networks"].Map!["default"] ??= tree.Mapping();
        }
    }

    private static void NameResources(MapNode tree, string section, string project)
    {
        foreach (var (key, resource) in tree[section].Entries.ToList())
        {
            var map = resource as MapNode ?? new MapNode(resource.Position);
            tree[section].Map![key] = map;
            map["name"] ??= map.Scalar(map["external"] is ScalarNode { Value: true } ? key : $"{project}_{key}");
            if (map["external"] is ScalarNode { Value: false })
            {
                map["external"] = null;
            }
        }
    }
}

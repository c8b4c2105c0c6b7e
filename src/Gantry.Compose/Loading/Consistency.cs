using Gantry.Compose.Schema;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>What no single place of a document can tell: references that lead nowhere, contradictions, cycles.</summary>
internal static class Consistency
{
    public static void Check(MapNode tree)
    {
        Required(tree, ComposeSchema.Root, "", tree.Position.File);
        var services = tree["services"].Map ?? new MapNode(tree.Position);
        foreach (var (name, service) in services.Entries)
        {
            CheckService(name, (MapNode)service, tree, services);
        }

        foreach (var name in services.Entries.Keys)
        {
            FindCycle(name, services, [], []);
        }
    }

    private static void CheckService(string name, MapNode service, MapNode tree, MapNode services)
    {
        if (service["image"] is null && service["build"] is null && service["provider"] is null)
        {
            throw Invalid($"service \"{name}\" has neither an image nor a build context specified");
        }

        foreach (var (target, dependency) in service["depends_on"].Entries.ToList())
        {
            if (services[target] is null && dependency.Get("required") is ScalarNode { Value: false })
            {
                service["depends_on"].Map![target] = null;
            }
            else if (services[target] is null)
            {
                throw Invalid($"service \"{name}\" depends on undefined service \"{target}\"");
            }
        }

        if (service["network_mode"] is not null && service["networks"].Map is { Entries.Count: > 0 })
        {
            throw Invalid($"service {name} declares mutually exclusive `network_mode` and `networks`");
        }

        foreach (var (network, _) in service["networks"].Entries)
        {
            Defined(tree, "networks", network, $"service \"{name}\" refers to undefined network {network}");
        }

        foreach (var mount in service["volumes"].Items.Where(mount => mount.Get("type").Text == "volume" && mount.Get("source") is not null))
        {
            Defined(tree, "volumes", mount.Get("source").Text!, $"service \"{name}\" refers to undefined volume {mount.Get("source").Text}");
        }

        foreach (var (section, word) in (ReadOnlySpan<(string, string)>)[("secrets", "secret"), ("configs", "config")])
        {
            foreach (var reference in service[section].Items)
            {
                Defined(tree, section, reference.Get("source").Text ?? "", $"service \"{name}\" refers to undefined {word} {reference.Get("source").Text}");
            }
        }

        Distinct(name, service, "scale", "deploy.replicas", service["deploy"].Get("replicas"));
        var (limits, reservations) = (service["deploy"].Get("resources").Get("limits"), service["deploy"].Get("resources").Get("reservations"));
        Distinct(name, service, "mem_limit", "deploy.resources.limits.memory", limits.Get("memory"));
        Distinct(name, service, "mem_reservation", "deploy.resources.reservations.memory", reservations.Get("memory"));
        Distinct(name, service, "pids_limit", "deploy.resources.limits.pids", limits.Get("pids"));
        Distinct(name, service, "cpus", "deploy.resources.limits.cpus", limits.Get("cpus"));
        var scale = service["scale"].Text ?? service["deploy"].Get("replicas").Text;
        if (service["container_name"] is not null && scale is not (null or "0" or "1"))
        {
            throw Invalid($"services.{name}: can't set container_name and {(service["scale"] is null ? "deploy.replicas" : "scale")} as container name must be unique");
        }
    }

    private static void Distinct(string name, MapNode service, string key, string path, Node? other)
    {
        if (service[key].Text is { } mine && other.Text is { } theirs && mine != theirs)
        {
            throw Invalid($"services.{name}: can't set distinct values on '{key}' and '{path}'");
        }
    }

    private static void Defined(MapNode tree, string section, string name, string problem)
    {
        if (tree[section].Get(name) is null)
        {
            throw Invalid(problem);
        }
    }

    private static void Required(Node node, Shape shape, string path, string file)
    {
        if (node is MapNode map)
        {
            if (shape.Required.FirstOrDefault(key => map[key] is null) is { } missing)
            {
                throw GantryException.Invalid($"validating {file}: {path} missing property '{missing}'");
            }

            foreach (var (key, value) in map.Entries)
            {
                if ((shape.Property(key) ?? shape.Item) is { } child)
                {
                    Required(value, child, path.Length == 0 ? key : $"{path}.{key}", file);
                }
            }
        }
        else if (node is ListNode list && shape.Item is { } item)
        {
            for (var i = 0; i < list.Items.Count; i++)
            {
                Required(list.Items[i], item, $"{path}.{i}", file);
            }
        }
    }

    private static void FindCycle(string name, MapNode services, List<string> path, HashSet<string> done)
    {
        var start = path.IndexOf(name);
        if (start >= 0)
        {
            throw GantryException.Invalid($"dependency cycle detected: {string.Join(" -> ", path.Skip(start).Append(name))}");
        }

        if (done.Contains(name))
        {
            return;
        }

        path.Add(name);
        foreach (var (target, _) in services[name].Get("depends_on").Entries)
        {
            FindCycle(target, services, path, done);
        }

        path.RemoveAt(path.Count - 1);
        done.Add(name);
    }

    private static GantryException Invalid(string problem) => GantryException.Invalid($"{problem}: invalid compose project");
}

using Gantry.Compose.Loading;

namespace Gantry.Compose.Commands;

/// <summary>Keys that are valid and that nothing here acts on: said once, never passed over in silence.</summary>
internal static class UnusedKeys
{
    private static readonly (string Path, string Why)[] Keys =
    [
        ("credential_spec", "is for Windows containers"),
        ("isolation", "is for Windows containers"),
        ("cpu_count", "is for Windows containers"),
        ("cpu_percent", "is for Windows containers"),
        ("develop", "is used by watch only, which Gantry does not have"),
        ("models", "needs Docker Model Runner"),
        ("provider", "is not supported: the service is not started"),
        ("use_api_socket", "is not supported"),
        ("pull_refresh_after", "is not supported"),
        ("deploy.placement", "is for Swarm"),
        ("deploy.endpoint_mode", "is for Swarm"),
        ("deploy.update_config", "is not used by up: containers are replaced one for one"),
        ("deploy.rollback_config", "is not used by up"),
        ("deploy.restart_policy.delay", "is not supported by the engine"),
        ("deploy.restart_policy.window", "is not supported by the engine"),
        ("deploy.resources.reservations.cpus", "is for Swarm"),
        ("deploy.resources.reservations.generic_resources", "is for Swarm"),
        ("build.ssh", "is not supported"),
        ("build.cache_from", "is not used: the builder keeps its own cache"),
        ("build.cache_to", "is not used: the builder keeps its own cache"),
        ("build.entitlements", "is not supported"),
        ("build.privileged", "is not supported"),
        ("build.isolation", "is for Windows containers"),
        ("build.ulimits", "is not supported"),
        ("build.provenance", "is not supported"),
        ("build.sbom", "is not supported"),
    ];

    public static IEnumerable<string> Warnings(MapNode tree)
    {
        foreach (var (name, service) in tree["services"].Entries)
        {
            foreach (var (path, why) in Keys.Where(key => IsSet(Find(service, key.Path))))
            {
                yield return $"services.{name}.{path} {why}, it will be ignored";
            }

            if (service.Get("deploy").Get("mode").Text is { } mode and not "replicated")
            {
                yield return $"services.{name}.deploy.mode {mode} is for Swarm, it will be ignored";
            }

            if (service.Get("build").Get("platforms") is ListNode { Items.Count: > 1 })
            {
                yield return $"services.{name}.build.platforms: only the first platform is built, the others will be ignored";
            }

            if (service.Get("networks").Entries.Any(network => network.Value.Get("interface_name") is not null))
            {
                yield return $"services.{name}.networks: interface_name is not supported, it will be ignored";
            }
        }

        foreach (var section in (string[])["secrets", "configs"])
        {
            foreach (var (name, resource) in tree[section].Entries.Where(entry => entry.Value.Get("external").IsTrue || entry.Value.Get("driver") is not null))
            {
                yield return $"{section}.{name} is external or has a driver, which is for Swarm: it will be ignored";
            }
        }
    }

    private static bool IsSet(Node? node) => node switch
    {
        null or ScalarNode { Value: null or false } => false,
        ListNode list => list.Items.Count > 0,
        MapNode map => map.Entries.Count > 0,
        _ => true,
    };

    private static Node? Find(Node? node, string path) => path.Split('.').Aggregate(node, (at, key) => at.Get(key));
}

using Gantry.Compose.Loading;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Model;

/// <summary>Turns a loaded document into a <see cref="Project"/>.</summary>
internal static class ModelReader
{
    public static Project Read(LoadedProject loaded)
    {
        var tree = loaded.Tree;
        var environment = loaded.Files.Environment;
        var secrets = Resources(tree, "secrets", environment);
        var services = tree["services"].Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ToDictionary(entry => entry.Key, entry => Service(entry.Key, (MapNode)entry.Value, loaded.Name, secrets), StringComparer.Ordinal);
        return new Project
        {
            Name = loaded.Name,
            Directory = loaded.Files.Directory,
            ConfigFiles = loaded.Files.Files,
            EnvFiles = loaded.Files.EnvFiles,
            Services = services,
            DisabledServices = loaded.Disabled.Entries.Keys.ToHashSet(StringComparer.Ordinal),
            Networks = Used(tree, "networks", services.Values.SelectMany(service => service.Networks.Select(network => network.Network)), Network),
            Volumes = Used(tree, "volumes", services.Values.SelectMany(VolumeKeys), Volume),
            Secrets = secrets,
            Configs = Resources(tree, "configs", environment),
            Document = tree,
        };
    }

    /// <summary>Keys of the named volumes a service mounts.</summary>
    public static IEnumerable<string> VolumeKeys(Service service) => service.Definition["volumes"].Items
        .Where(mount => mount.Get("type").Text == "volume" && mount.Get("source") is not null)
        .Select(mount => mount.Get("source").Text!);

    private static Service Service(string name, MapNode node, string project, IReadOnlyDictionary<string, FileResource> secrets) => new()
    {
        Name = name,
        Image = node["image"].Text is { Length: > 0 } image ? image : $"{project}-{name}",
        Build = node["build"] is MapNode build ? BuildReader.Read(build, secrets) : null,
        ContainerName = node["container_name"].Text,
        Scale = (int)(node["scale"].Number ?? node["deploy"].Get("replicas").Number ?? 1),
        PullPolicy = node["pull_policy"].Text,
        Platform = node["platform"].Text,
        DependsOn = [.. node["depends_on"].Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Dependency(entry.Key, entry.Value))],
        Networks = [.. node["networks"].Entries.Select(entry => Attachment(entry.Key, entry.Value)).OrderByDescending(network => network.Priority).ThenBy(network => network.Network, StringComparer.Ordinal)],
        NetworkMode = node["network_mode"].Text,
        Profiles = node["profiles"].Texts,
        StopGracePeriod = node["stop_grace_period"].Duration,
        Attach = !node["attach"].IsFalse,
        ConfigHash = ConfigHash.Of(node),
        Definition = node,
    };

    private static Dependency Dependency(string name, Node node) => new(
        name,
        node.Get("condition").Text switch
        {
            "service_healthy" => DependencyCondition.Healthy,
            "service_completed_successfully" => DependencyCondition.Completed,
            _ => DependencyCondition.Started,
        },
        Required: !node.Get("required").IsFalse,
        Restart: node.Get("restart").IsTrue);

    private static NetworkAttachment Attachment(string network, Node node) => new(network)
    {
        Aliases = node.Get("aliases").Texts,
        IPv4Address = node.Get("ipv4_address").Text,
        IPv6Address = node.Get("ipv6_address").Text,
        LinkLocalAddresses = node.Get("link_local_ips").Texts,
        MacAddress = node.Get("mac_address").Text,
        DriverOptions = node.Get("driver_opts").Options,
        Priority = (int)(node.Get("priority").Number ?? 0),
        GatewayPriority = (int)(node.Get("gw_priority").Number ?? 0),
    };

    private static NetworkDefinition Network(string key, MapNode node) => new()
    {
        Key = key,
        Name = node["name"].Text!,
        External = node["external"].IsTrue,
        Driver = node["driver"].Text,
        DriverOptions = node["driver_opts"].Options,
        Internal = node["internal"].IsTrue,
        Attachable = node["attachable"].IsTrue,
        EnableIPv4 = node["enable_ipv4"].Flag,
        EnableIPv6 = node["enable_ipv6"].Flag,
        Labels = node["labels"].Options,
        IpamDriver = node["ipam"].Get("driver").Text,
        IpamOptions = node["ipam"].Get("options").Options,
        Subnets = [.. node["ipam"].Get("config").Items.Select(subnet => new Subnet(
            subnet.Get("subnet").Text, subnet.Get("ip_range").Text, subnet.Get("gateway").Text, subnet.Get("aux_addresses").Options))],
        ConfigHash = ConfigHash.Of(node, ComposeSchema.Network),
    };

    private static VolumeDefinition Volume(string key, MapNode node) => new()
    {
        Key = key,
        Name = node["name"].Text!,
        External = node["external"].IsTrue,
        Driver = node["driver"].Text,
        DriverOptions = node["driver_opts"].Options,
        Labels = node["labels"].Options,
        ConfigHash = ConfigHash.OfVolume(node),
    };

    private static Dictionary<string, FileResource> Resources(MapNode tree, string section, IReadOnlyDictionary<string, string> environment) =>
        tree[section].Entries.ToDictionary(
            entry => entry.Key,
            entry => new FileResource(
                entry.Key,
                entry.Value.Get("name").Text!,
                entry.Value.Get("external").IsTrue,
                entry.Value.Get("file").Text,
                entry.Value.Get("environment").Text is { } variable ? environment.GetValueOrDefault(variable) : entry.Value.Get("content").Text),
            StringComparer.Ordinal);

    private static SortedDictionary<string, T> Used<T>(MapNode tree, string section, IEnumerable<string> keys, Func<string, MapNode, T> read)
    {
        var result = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var key in keys.Distinct().Where(key => tree[section].Get(key) is MapNode))
        {
            result[key] = read(key, (MapNode)tree[section].Get(key)!);
        }

        return result;
    }
}

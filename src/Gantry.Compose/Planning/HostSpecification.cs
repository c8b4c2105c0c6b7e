using Gantry.Api.Containers;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>The host's side of a container: limits, devices, ports, policies.</summary>
internal static class HostSpecification
{
    public static HostConfig Make(Project project, Service service, Func<string, IReadOnlyList<string>> containersOf, ObservedContainer? inherited)
    {
        var node = service.Definition;
        var deploy = node["deploy"].Get("resources");
        var (limits, reservations) = (deploy.Get("limits"), deploy.Get("reservations"));
        var cpus = node["cpus"].Fraction ?? limits.Get("cpus").Fraction ?? 0;
        var mounts = new MountSpecification(project, service, inherited);
        return new HostConfig
        {
            NetworkMode = NetworkSpecification.Mode(project, service, containersOf),
            PortBindings = Ports(node["ports"]),
            RestartPolicy = Restart(node),
            Binds = mounts.Binds,
            Mounts = mounts.Mounts.Count > 0 ? mounts.Mounts : null,
            Tmpfs = mounts.Tmpfs,
            VolumesFrom = VolumesFrom(node, containersOf),
            LogConfig = new LogConfig { Type = node["logging"].Get("driver").Text ?? "", Config = node["logging"].Get("options").Options },
            CapAdd = node["cap_add"].TextsOrNull,
            CapDrop = node["cap_drop"].TextsOrNull,
            CgroupnsMode = node["cgroup"].Text ?? "",
            CgroupParent = node["cgroup_parent"].Text ?? "",
            Dns = node["dns"].TextsOrNull,
            DnsOptions = node["dns_opt"].TextsOrNull,
            DnsSearch = node["dns_search"].TextsOrNull,
            ExtraHosts = node["extra_hosts"] is ListNode hosts ? [.. hosts.Items.Select(item => Colon(item.Text!))] : null,
            GroupAdd = node["group_add"].TextsOrNull,
            IpcMode = Shared(node["ipc"].Text, containersOf),
            PidMode = Shared(node["pid"].Text, containersOf),
            UTSMode = node["uts"].Text ?? "",
            UsernsMode = node["userns_mode"].Text ?? "",
            Links = service.NetworkMode is null ? null : node["links"].TextsOrNull,
            OomScoreAdj = (int)(node["oom_score_adj"].Number ?? 0),
            OomKillDisable = node["oom_kill_disable"].Flag,
            Privileged = node["privileged"].IsTrue,
            ReadonlyRootfs = node["read_only"].IsTrue,
            SecurityOpt = node["security_opt"].TextsOrNull,
            StorageOpt = node["storage_opt"].Options,
            ShmSize = node["shm_size"].Number ?? 0,
            Sysctls = node["sysctls"].Options,
            Runtime = node["runtime"].Text,
            Init = node["init"].Flag,
            Annotations = node["annotations"].Options,
            CpuShares = node["cpu_shares"].Number ?? 0,
            CpuPeriod = node["cpu_period"].Number ?? 0,
            CpuQuota = node["cpu_quota"].Number ?? 0,
            CpuRealtimePeriod = node["cpu_rt_period"].Number ?? 0,
            CpuRealtimeRuntime = node["cpu_rt_runtime"].Number ?? 0,
            CpusetCpus = node["cpuset"].Text ?? "",
            NanoCpus = (long)Math.Round(cpus * 1_000_000_000),
            Memory = node["mem_limit"].Number ?? limits.Get("memory").Number ?? 0,
            MemoryReservation = node["mem_reservation"].Number ?? reservations.Get("memory").Number ?? 0,
            MemorySwap = node["memswap_limit"].Number ?? 0,
            MemorySwappiness = node["mem_swappiness"].Number,
            PidsLimit = node["pids_limit"].Number ?? limits.Get("pids").Number,
            BlkioWeight = (int)(node["blkio_config"].Get("weight").Number ?? 0),
            BlkioWeightDevice = [.. node["blkio_config"].Get("weight_device").Items.Select(item => new BlkioWeightDevice(item.Get("path").Text ?? "", (int)(item.Get("weight").Number ?? 0)))],
            BlkioDeviceReadBps = Throttles(node, "device_read_bps"),
            BlkioDeviceWriteBps = Throttles(node, "device_write_bps"),
            BlkioDeviceReadIOps = Throttles(node, "device_read_iops"),
            BlkioDeviceWriteIOps = Throttles(node, "device_write_iops"),
            Ulimits = [.. node["ulimits"].Entries.Select(entry => Ulimit(entry.Key, entry.Value))],
            Devices = [.. node["devices"].Items.Select(device => new DeviceMapping
            {
                PathOnHost = device.Get("source").Text ?? "",
                PathInContainer = device.Get("target").Text ?? "",
                CgroupPermissions = device.Get("permissions").Text ?? "rwm",
            })],
            DeviceCgroupRules = node["device_cgroup_rules"].TextsOrNull,
            DeviceRequests = [.. node["gpus"].Items.Select(item => Request(item, "gpu")), .. reservations.Get("devices").Items.Select(item => Request(item, null))],
        };
    }

    private static Dictionary<string, IReadOnlyList<PortBinding>?>? Ports(Node? node)
    {
        var bindings = node.Items.GroupBy(port => $"{port.Get("target").Text}/{port.Get("protocol").Text ?? "tcp"}", StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => (IReadOnlyList<PortBinding>?)[.. group.Select(port => new PortBinding { HostIp = port.Get("host_ip").Text ?? "", HostPort = port.Get("published").Text ?? "" })],
            StringComparer.Ordinal);
        return bindings.Count > 0 ? bindings : null;
    }

    private static RestartPolicy Restart(MapNode node)
    {
        if (node["restart"].Text is { } text)
        {
            var parts = text.Split(':');
            return new RestartPolicy { Name = parts[0], MaximumRetryCount = parts.Length > 1 && int.TryParse(parts[1], out var tries) ? tries : 0 };
        }

        var policy = node["deploy"].Get("restart_policy");
        return policy is null
            ? new RestartPolicy { Name = "no" }
            : new RestartPolicy
            {
                Name = policy.Get("condition").Text switch { "none" => "no", "on-failure" => "on-failure", "unless-stopped" => "unless-stopped", _ => "always" },
                MaximumRetryCount = policy.Get("condition").Text == "on-failure" ? (int)(policy.Get("max_attempts").Number ?? 0) : 0,
            };
    }

    private static IReadOnlyList<string>? VolumesFrom(MapNode node, Func<string, IReadOnlyList<string>> containersOf) => node["volumes_from"] is not ListNode list ? null :
    [
        .. list.Items.Select(item => item.Text!).SelectMany(item =>
        {
            if (item.StartsWith("container:", StringComparison.Ordinal))
            {
                return [item["container:".Length..]];
            }

            var parts = item.Split(':', 2);
            return containersOf(parts[0]).Select(id => parts.Length > 1 ? $"{id}:{parts[1]}" : id);
        }),
    ];

    private static string Shared(string? mode, Func<string, IReadOnlyList<string>> containersOf) =>
        mode?.StartsWith("service:", StringComparison.Ordinal) == true ? "container:" + containersOf(mode["service:".Length..])[0] : mode ?? "";

    private static IReadOnlyList<BlkioThrottleDevice> Throttles(MapNode node, string key) =>
        [.. node["blkio_config"].Get(key).Items.Select(item => new BlkioThrottleDevice(item.Get("path").Text ?? "", item.Get("rate").Number ?? 0))];

    private static Ulimit Ulimit(string name, Node node) => node.Get("single").Number is { } single
        ? new Ulimit { Name = name, Soft = single, Hard = single }
        : new Ulimit { Name = name, Soft = node.Get("soft").Number ?? 0, Hard = node.Get("hard").Number ?? 0 };

    private static DeviceRequest Request(Node node, string? capability) => new()
    {
        Driver = node.Get("driver").Text ?? "",
        Count = (int)(node.Get("count").Number ?? (node.Get("device_ids") is null ? -1 : 0)),
        DeviceIDs = node.Get("device_ids").TextsOrNull,
        Capabilities = [[.. node.Get("capabilities").Texts, .. capability is null || node.Get("capabilities").Texts.Contains(capability) ? (string[])[] : [capability]]],
        Options = node.Get("options").Options,
    };

    private static string Colon(string host) => host.IndexOf('=') is > 0 and var equals ? $"{host[..equals]}:{host[(equals + 1)..]}" : host;
}

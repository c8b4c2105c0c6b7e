using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Runtime;
using Gantry.Runtime.Specification;
using Wire = Gantry.Api.Containers;

namespace Gantry.Daemon.Mapping;

/// <summary>Docker's HostConfig, both ways.</summary>
internal static class HostConfigMapping
{
    private const long DefaultShmSize = 64 << 20;

    public static HostSettings ToSettings(this Wire.HostConfig? wire) => wire is null ? new HostSettings() : new HostSettings
    {
        Binds = wire.Binds.OrEmpty(),
        Mounts = [.. wire.Mounts.OrEmpty().Select(mount => mount.ToSettings())],
        Tmpfs = wire.Tmpfs.OrEmpty(),
        VolumesFrom = wire.VolumesFrom.OrEmpty(),
        VolumeDriver = wire.VolumeDriver ?? "",
        NetworkMode = wire.NetworkMode is { Length: > 0 } mode ? mode : "default",
        PortBindings = Ports(wire.PortBindings),
        PublishAllPorts = wire.PublishAllPorts,
        RestartPolicy = wire.RestartPolicy.ToSettings() ?? RestartPolicy.No,
        AutoRemove = wire.AutoRemove,
        LogDriver = wire.LogConfig?.Type ?? "",
        LogOptions = wire.LogConfig?.Config.OrEmpty() ?? new Dictionary<string, string>(),
        CapAdd = wire.CapAdd.OrEmpty(),
        CapDrop = wire.CapDrop.OrEmpty(),
        Dns = wire.Dns.OrEmpty(),
        DnsOptions = wire.DnsOptions.OrEmpty(),
        DnsSearch = wire.DnsSearch.OrEmpty(),
        ExtraHosts = wire.ExtraHosts.OrEmpty(),
        Links = wire.Links.OrEmpty(),
        GroupAdd = wire.GroupAdd.OrEmpty(),
        IpcMode = wire.IpcMode ?? "",
        PidMode = wire.PidMode ?? "",
        UtsMode = wire.UTSMode ?? "",
        UsernsMode = wire.UsernsMode ?? "",
        CgroupnsMode = wire.CgroupnsMode ?? "",
        CgroupParent = wire.CgroupParent ?? "",
        Privileged = wire.Privileged,
        ReadonlyRootfs = wire.ReadonlyRootfs,
        SecurityOpt = wire.SecurityOpt.OrEmpty(),
        Sysctls = wire.Sysctls.OrEmpty(),
        StorageOpt = wire.StorageOpt.OrEmpty(),
        Annotations = wire.Annotations.OrEmpty(),
        ShmSize = wire.ShmSize >= 0 ? wire.ShmSize : throw GantryException.Invalid("SHM size can not be less than 0"),
        Devices = [.. wire.Devices.OrEmpty().Select(Device)],
        DeviceRequests = [.. wire.DeviceRequests.OrEmpty().Select(request => new DeviceRequest(request.Driver ?? "", request.Count, request.DeviceIDs, request.Capabilities, request.Options))],
        DeviceCgroupRules = wire.DeviceCgroupRules.OrEmpty(),
        Ulimits = [.. wire.Ulimits.OrEmpty().Select(limit => new Ulimit(limit.Name, limit.Soft, limit.Hard))],
        Resources = ResourcesOf(wire),
        NanoCpus = wire.NanoCpus,
        OomScoreAdj = wire.OomScoreAdj,
        Init = wire.Init,
        Runtime = wire.Runtime ?? "",
        Isolation = wire.Isolation ?? "",
        ContainerIdFile = wire.ContainerIDFile ?? "",
        ConsoleSize = wire.ConsoleSize,
        MaskedPaths = wire.MaskedPaths,
        ReadonlyPaths = wire.ReadonlyPaths,
    };

    public static Wire.HostConfig ToWire(this HostSettings host)
    {
        var limits = host.Resources;
        return new Wire.HostConfig
        {
            Binds = host.Binds.NullIfEmpty(),
            ContainerIDFile = host.ContainerIdFile,
            LogConfig = new Wire.LogConfig { Type = host.LogDriver.Length > 0 ? host.LogDriver : "json-file", Config = host.LogOptions },
            NetworkMode = WireNetworkMode(host),
            PortBindings = host.PortBindings.ToDictionary(port => port.Key, port => (IReadOnlyList<Wire.PortBinding>?)
                [.. port.Value.Select(binding => new Wire.PortBinding { HostIp = binding.Address, HostPort = binding.Port })]),
            RestartPolicy = new Wire.RestartPolicy { Name = host.RestartPolicy.Name, MaximumRetryCount = host.RestartPolicy.MaximumRetryCount },
            AutoRemove = host.AutoRemove,
            VolumeDriver = host.VolumeDriver,
            VolumesFrom = host.VolumesFrom.NullIfEmpty(),
            ConsoleSize = host.ConsoleSize ?? [0, 0],
            Annotations = host.Annotations.NullIfEmpty(),
            CapAdd = host.CapAdd.NullIfEmpty(),
            CapDrop = host.CapDrop.NullIfEmpty(),
            CgroupnsMode = host.CgroupnsMode,
            Dns = host.Dns,
            DnsOptions = host.DnsOptions,
            DnsSearch = host.DnsSearch,
            ExtraHosts = host.ExtraHosts.NullIfEmpty(),
            GroupAdd = host.GroupAdd.NullIfEmpty(),
            IpcMode = host.IpcMode.Length > 0 ? host.IpcMode : "private",
            Links = host.Links.NullIfEmpty(),
            OomScoreAdj = host.OomScoreAdj,
            PidMode = host.PidMode,
            Privileged = host.Privileged,
            PublishAllPorts = host.PublishAllPorts,
            ReadonlyRootfs = host.ReadonlyRootfs,
            SecurityOpt = host.SecurityOpt.NullIfEmpty(),
            StorageOpt = host.StorageOpt.NullIfEmpty(),
            Tmpfs = host.Tmpfs.NullIfEmpty(),
            UTSMode = host.UtsMode,
            UsernsMode = host.UsernsMode,
            ShmSize = host.ShmSize > 0 ? host.ShmSize : DefaultShmSize,
            Sysctls = host.Sysctls.NullIfEmpty(),
            Runtime = host.Runtime.Length > 0 ? host.Runtime : null,
            Isolation = host.Isolation,
            CpuShares = limits.CpuShares ?? 0,
            Memory = limits.Memory ?? 0,
            NanoCpus = host.NanoCpus,
            CgroupParent = host.CgroupParent,
            BlkioWeight = limits.BlkioWeight ?? 0,
            BlkioWeightDevice = [.. limits.BlkioWeightDevice.Select(device => new Wire.BlkioWeightDevice(device.Path, (int)device.Value))],
            BlkioDeviceReadBps = Rates(limits.BlkioReadBytes),
            BlkioDeviceWriteBps = Rates(limits.BlkioWriteBytes),
            BlkioDeviceReadIOps = Rates(limits.BlkioReadOperations),
            BlkioDeviceWriteIOps = Rates(limits.BlkioWriteOperations),
            CpuPeriod = limits.CpuPeriod ?? 0,
            CpuRealtimePeriod = limits.CpuRealtimePeriod ?? 0,
            CpuRealtimeRuntime = limits.CpuRealtimeRuntime ?? 0,
            CpuQuota = limits.CpuQuota ?? 0,
            CpusetCpus = limits.CpusetCpus ?? "",
            CpusetMems = limits.CpusetMems ?? "",
            Devices = [.. host.Devices.Select(device => new Wire.DeviceMapping
            {
                PathOnHost = device.PathOnHost,
                PathInContainer = device.PathInContainer,
                CgroupPermissions = device.Permissions,
            })],
            DeviceCgroupRules = host.DeviceCgroupRules.NullIfEmpty(),
            DeviceRequests = host.DeviceRequests.Count == 0 ? null : [.. host.DeviceRequests.Select(request => new Wire.DeviceRequest
            {
                Driver = request.Driver,
                Count = request.Count,
                DeviceIDs = request.DeviceIds,
                Capabilities = request.Capabilities,
                Options = request.Options,
            })],
            MemoryReservation = limits.MemoryReservation ?? 0,
            MemorySwap = limits.MemorySwap ?? 0,
            MemorySwappiness = limits.MemorySwappiness,
            OomKillDisable = limits.OomKillDisable,
            PidsLimit = limits.PidsLimit,
            Ulimits = [.. host.Ulimits.Select(limit => new Wire.Ulimit { Name = limit.Name, Hard = limit.Hard, Soft = limit.Soft })],
            Mounts = host.Mounts.Count == 0 ? null : [.. host.Mounts.Select(mount => mount.ToWire())],
            MaskedPaths = host.MaskedPaths ?? (host.Privileged ? null : SystemPaths.Masked),
            ReadonlyPaths = host.ReadonlyPaths ?? (host.Privileged ? null : SystemPaths.Readonly),
            Init = host.Init,
        };
    }

    /// <summary>The default network goes by its name in answers.</summary>
    public static string WireNetworkMode(HostSettings host) => host.NetworkMode == "default" ? "bridge" : host.NetworkMode;

    /// <summary>New limits; what was not given stays null.</summary>
    public static ResourceLimits ToLimits(this Wire.ContainerUpdateRequest wire) => new()
    {
        Memory = Given(wire.Memory),
        MemorySwap = Given(wire.MemorySwap),
        MemoryReservation = Given(wire.MemoryReservation),
        CpuShares = Given(wire.CpuShares),
        CpuQuota = Given(wire.CpuQuota),
        CpuPeriod = Given(wire.CpuPeriod),
        CpusetCpus = Given(wire.CpusetCpus),
        CpusetMems = Given(wire.CpusetMems),
        PidsLimit = wire.PidsLimit is < 0 ? 0 : wire.PidsLimit,
        BlkioWeight = wire.BlkioWeight == 0 ? null : wire.BlkioWeight,
        CpuRealtimePeriod = Given(wire.CpuRealtimePeriod),
        CpuRealtimeRuntime = Given(wire.CpuRealtimeRuntime),
    };

    public static RestartPolicy? ToSettings(this Wire.RestartPolicy? wire) => wire switch
    {
        null => null,
        { Name: null or "" or "no" } when wire.MaximumRetryCount > 0 =>
            throw GantryException.Invalid("invalid restart policy: maximum retry count cannot be used with restart policy 'no'"),
        { Name: null or "" } => RestartPolicy.No,
        { Name: "always" or "unless-stopped" } when wire.MaximumRetryCount != 0 =>
            throw GantryException.Invalid($"invalid restart policy: maximum retry count can only be used with 'on-failure'"),
        { Name: "no" or "always" or "unless-stopped" or "on-failure" } => new RestartPolicy(wire.Name, wire.MaximumRetryCount),
        _ => throw GantryException.Invalid($"invalid restart policy: unknown policy '{wire.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
    };

    private static ResourceLimits ResourcesOf(Wire.HostConfig wire) => new()
    {
        Memory = Given(wire.Memory),
        MemorySwap = Given(wire.MemorySwap),
        MemoryReservation = Given(wire.MemoryReservation),
        MemorySwappiness = wire.MemorySwappiness is null or -1 ? null : (int)wire.MemorySwappiness,
        OomKillDisable = wire.OomKillDisable ?? false,
        CpuShares = Given(wire.CpuShares),
        CpuQuota = Given(wire.CpuQuota),
        CpuPeriod = Given(wire.CpuPeriod),
        CpusetCpus = Given(wire.CpusetCpus),
        CpusetMems = Given(wire.CpusetMems),
        PidsLimit = wire.PidsLimit is null or <= 0 ? null : wire.PidsLimit,
        BlkioWeight = wire.BlkioWeight == 0 ? null : wire.BlkioWeight,
        BlkioWeightDevice = [.. wire.BlkioWeightDevice.OrEmpty().Select(device => new BlockDeviceValue(device.Path, device.Weight))],
        BlkioReadBytes = Values(wire.BlkioDeviceReadBps),
        BlkioWriteBytes = Values(wire.BlkioDeviceWriteBps),
        BlkioReadOperations = Values(wire.BlkioDeviceReadIOps),
        BlkioWriteOperations = Values(wire.BlkioDeviceWriteIOps),
        CpuRealtimePeriod = Given(wire.CpuRealtimePeriod),
        CpuRealtimeRuntime = Given(wire.CpuRealtimeRuntime),
    };

    private static Dictionary<string, IReadOnlyList<HostPort>> Ports(IReadOnlyDictionary<string, IReadOnlyList<Wire.PortBinding>?>? wire)
    {
        var ports = new Dictionary<string, IReadOnlyList<HostPort>>();
        foreach (var (key, bindings) in wire ?? new Dictionary<string, IReadOnlyList<Wire.PortBinding>?>())
        {
            // Clients may leave "/tcp" away.
            var port = key.Contains('/') ? key : key + "/tcp";
            HostPort[] hosts = [.. bindings.OrEmpty().Select(binding => new HostPort(binding.HostIp ?? "", binding.HostPort ?? ""))];
            ports[port] = hosts.Length > 0 ? hosts : [new HostPort("", "")];
        }

        return ports;
    }

    private static DeviceSpec Device(Wire.DeviceMapping wire) => new(
        wire.PathOnHost,
        string.IsNullOrEmpty(wire.PathInContainer) ? wire.PathOnHost : wire.PathInContainer,
        string.IsNullOrEmpty(wire.CgroupPermissions) ? "rwm" : wire.CgroupPermissions);

    private static long? Given(long value) => value == 0 ? null : value;

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static BlockDeviceValue[] Values(IReadOnlyList<Wire.BlkioThrottleDevice>? wire) =>
        [.. wire.OrEmpty().Select(device => new BlockDeviceValue(device.Path, device.Rate))];

    private static Wire.BlkioThrottleDevice[] Rates(IReadOnlyList<BlockDeviceValue> values) =>
        [.. values.Select(device => new Wire.BlkioThrottleDevice(device.Path, device.Value))];
}

using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Networks;
using Gantry.Api.System;
using Gantry.Api.Volumes;

namespace Gantry.Cli.Templates;

/// <summary>What docker's Go types have that the API's JSON does not tell: names of types and fields, pointers, times and durations.</summary>
internal static class GoTypes
{
    public enum Kind
    {
        Plain,
        Duration,
        Time,

        /// <summary>A map whose keys are ports and not strings.</summary>
        ByPort,

        /// <summary>Text of a type of its own.</summary>
        Named,
    }

    private static readonly HashSet<Type> Pointers =
    [
        typeof(ContainerStateResponse), typeof(HealthResponse), typeof(HealthcheckResult), typeof(HostConfig), typeof(ContainerConfig), typeof(HealthConfig), typeof(NetworkSettings),
        typeof(EndpointSettings), typeof(EndpointIpamConfig), typeof(Ulimit), typeof(BlkioWeightDevice), typeof(BlkioThrottleDevice), typeof(ImageConfig), typeof(ImageDescriptor),
        typeof(ImagePlatform), typeof(VolumeUsage), typeof(RegistryServiceConfig), typeof(RegistryIndexInfo), typeof(FirewallInfo), typeof(BindOptions), typeof(VolumeOptions), typeof(ImageOptions), typeof(TmpfsOptions),
        typeof(EventMessage), typeof(VersionResponse), typeof(ClusterVolume),
    ];

    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "int64",
        [typeof(double)] = "float64",
        [typeof(EventMessage)] = "events.Message",
        [typeof(EventActor)] = "events.Actor",
        [typeof(SystemInfoResponse)] = "system.dockerInfo",
        [typeof(PluginsInfo)] = "system.PluginsInfo",
        [typeof(CommitInfo)] = "system.Commit",
        [typeof(RuntimeInfo)] = "system.RuntimeWithStatus",
        [typeof(SwarmInfo)] = "swarm.Info",
        [typeof(RegistryServiceConfig)] = "registry.ServiceConfig",
        [typeof(RegistryIndexInfo)] = "registry.IndexInfo",
        [typeof(FirewallInfo)] = "system.FirewallInfo",
        [typeof(VersionResponse)] = "types.Version",
        [typeof(VersionComponent)] = "types.ComponentVersion",
        [typeof(ContainerStateResponse)] = "container.State",
        [typeof(HealthResponse)] = "container.Health",
        [typeof(VolumeResponse)] = "volume.Volume",
        [typeof(VolumeUsage)] = "volume.UsageData",
        [typeof(MountPoint)] = "container.MountPoint",
    };

    private static readonly Dictionary<(Type, string), string> TextTypes = new()
    {
        [(typeof(HostConfig), "NetworkMode")] = "container.NetworkMode",
        [(typeof(HostConfig), "CgroupnsMode")] = "container.CgroupnsMode",
        [(typeof(HostConfig), "IpcMode")] = "container.IpcMode",
        [(typeof(HostConfig), "Cgroup")] = "container.CgroupSpec",
        [(typeof(HostConfig), "PidMode")] = "container.PidMode",
        [(typeof(HostConfig), "UTSMode")] = "container.UTSMode",
        [(typeof(HostConfig), "UsernsMode")] = "container.UsernsMode",
        [(typeof(HostConfig), "Isolation")] = "container.Isolation",
        [(typeof(RestartPolicy), "Name")] = "container.RestartPolicyMode",
        [(typeof(MountPoint), "Type")] = "mount.Type",
        [(typeof(MountPoint), "Propagation")] = "mount.Propagation",
        [(typeof(EventMessage), "Type")] = "events.Type",
        [(typeof(EventMessage), "Action")] = "events.Action",
        [(typeof(SystemInfoResponse), "Isolation")] = "container.Isolation",
        [(typeof(SwarmInfo), "LocalNodeState")] = "swarm.LocalNodeState",
    };

    // By the name in JSON; fields not named here are spelled the same in both.
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["Id"] = "ID",
        ["id"] = "ID",
        ["HostIp"] = "HostIP",
        ["ApiVersion"] = "APIVersion",
        ["Dns"] = "DNS",
        ["DnsOptions"] = "DNSOptions",
        ["DnsSearch"] = "DNSSearch",
        ["CpuShares"] = "CPUShares",
        ["NanoCpus"] = "NanoCPUs",
        ["CpuPeriod"] = "CPUPeriod",
        ["CpuQuota"] = "CPUQuota",
        ["CpuRealtimePeriod"] = "CPURealtimePeriod",
        ["CpuRealtimeRuntime"] = "CPURealtimeRuntime",
        ["CpuCount"] = "CPUCount",
        ["CpuPercent"] = "CPUPercent",
        ["CpuCfsPeriod"] = "CPUCfsPeriod",
        ["CpuCfsQuota"] = "CPUCfsQuota",
        ["AuxiliaryAddresses"] = "AuxAddress",
    };

    public static bool IsPointer(Type type) => Pointers.Contains(type);

    public static string NameOf(Type type) => Names.GetValueOrDefault(Nullable.GetUnderlyingType(type) ?? type) ?? (type.Name.EndsWith("Response", StringComparison.Ordinal) ? type.Name[..^"Response".Length] : type.Name);

    public static string FieldOf(Type type, string json) => Fields.GetValueOrDefault(json) ?? (char.IsAsciiLetterLower(json[0]) ? char.ToUpperInvariant(json[0]) + json[1..] : json);

    /// <exception cref="KeyNotFoundException">The field is a plain string.</exception>
    public static string TextTypeOf(Type type, string field) => TextTypes[(type, field)];

    public static Kind KindOf(Type type, string field) => (type.Name, field) switch
    {
        (nameof(HealthConfig), "Interval" or "Timeout" or "StartPeriod" or "StartInterval") => Kind.Duration,
        (nameof(HealthcheckResult), "Start" or "End") or (nameof(NetworkInspectResponse), "Created") or (nameof(ImageMetadata), "LastTagTime") => Kind.Time,
        (_, "ExposedPorts" or "PortBindings") or (nameof(NetworkSettings), "Ports") => Kind.ByPort,
        _ when TextTypes.ContainsKey((type, field)) => Kind.Named,
        _ => Kind.Plain,
    };
}

using System.Runtime.InteropServices;
using Gantry.Api.System;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Plugins.Volumes;
using Gantry.Registry;

namespace Gantry.Daemon.Mapping;

/// <summary>What the daemon says of itself.</summary>
internal static class SystemMapping
{
    public static VersionResponse ToVersion(this SystemFacts facts)
    {
        var architecture = Platform.Host.Architecture;
        return new VersionResponse
        {
            Platform = new VersionPlatform { Name = "Gantry" },
            Components =
            [
                new VersionComponent
                {
                    Name = "Engine",
                    Version = GantryVersion.Text,
                    Details = new Dictionary<string, string>
                    {
                        ["ApiVersion"] = ApiVersion.Current.ToString(),
                        ["Arch"] = architecture,
                        ["BuildTime"] = "",
                        ["Experimental"] = "false",
                        ["GitCommit"] = GantryVersion.Commit,
                        ["GoVersion"] = RuntimeInformation.FrameworkDescription,
                        ["KernelVersion"] = facts.KernelVersion,
                        ["MinAPIVersion"] = ApiVersion.Minimum.ToString(),
                        ["Os"] = "linux",
                    },
                },
                // "crun version 1.8.1": Docker's tables want the number alone.
                new VersionComponent { Name = facts.RuntimeName, Version = facts.RuntimeVersion.Split(' ')[^1] },
            ],
            Version = GantryVersion.Text,
            ApiVersion = ApiVersion.Current.ToString(),
            MinAPIVersion = ApiVersion.Minimum.ToString(),
            GitCommit = GantryVersion.Commit,
            GoVersion = RuntimeInformation.FrameworkDescription,
            Os = "linux",
            Arch = architecture,
            KernelVersion = facts.KernelVersion,
        };
    }

    public static SystemInfoResponse ToInfo(this SystemFacts facts, GantryEngine engine, Hosting.Configuration.DaemonOptions options, DateTimeOffset now)
    {
        var containers = engine.Containers.All;
        var pools = engine.Options.Networking.AddressPools;
        var running = containers.Count(container => container.State.Status is ContainerStatus.Running or ContainerStatus.Restarting);
        var paused = containers.Count(container => container.State.Status == ContainerStatus.Paused);
        return new SystemInfoResponse
        {
            ID = facts.Id,
            Containers = containers.Count,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = containers.Count - running - paused,
            Images = engine.Images.List(new Engine.Images.ImageListQuery { All = true }).Count,
            Driver = ContainerMapping.StorageDriver,

            // What tells clients (the .NET SDK, compose) that OCI indexes can be loaded.
            DriverStatus = [["driver-type", "io.containerd.snapshotter.v1"]],
            Plugins = new PluginsInfo { Volume = ["local", .. engine.Plugins.Active(VolumePlugin.Interface)], Authorization = options.AuthorizationPlugins is { Count: > 0 } judges ? judges : null, Network = [.. new[] { "bridge", "host", "ipvlan", "macvlan", "null", "overlay" }.Concat(engine.Networks.PluginDrivers).Order(StringComparer.Ordinal)], Log = ["journald", "json-file", "local", "none", "syslog"] },
            MemoryLimit = facts.MemoryLimit,
            SwapLimit = facts.SwapLimit,
            KernelMemoryTCP = facts.CgroupVersion == "1",
            CpuCfsPeriod = facts.CpuCfs,
            CpuCfsQuota = facts.CpuCfs,
            CPUShares = facts.CpuShares,
            CPUSet = facts.CpuSet,
            PidsLimit = facts.PidsLimit,
            IPv4Forwarding = facts.IPv4Forwarding,
            Debug = options.Debug,
            NFd = -1,
            OomKillDisable = facts.OomKillDisable,
            NGoroutines = -1,
            SystemTime = Timestamp.Format(now),
            LoggingDriver = options.ContainerDefaults.LogDriver,
            CgroupDriver = facts.CgroupDriver,
            CgroupVersion = facts.CgroupVersion,
            KernelVersion = facts.KernelVersion,
            OperatingSystem = facts.OperatingSystem,
            OSVersion = facts.OsVersion,
            OSType = "linux",
            Architecture = facts.Architecture,
            IndexServerAddress = "https://index.docker.io/v1/",
            RegistryConfig = engine.Registries.ToWire(),
            NCPU = facts.Cpus,
            MemTotal = facts.Memory,
            DockerRootDir = facts.DataDirectory,
            Name = facts.Name,
            Labels = options.Labels,
            ServerVersion = GantryVersion.Text,
            Runtimes = facts.Runtimes.ToDictionary(each => each.Key, each => new RuntimeInfo { Path = each.Value.Path, RuntimeArgs = each.Value.Arguments.NullIfEmpty() }),
            DefaultRuntime = facts.RuntimeName,

            // Containers live on when the daemon goes, always.
            LiveRestoreEnabled = true,
            InitBinary = "",
            SecurityOptions = facts.SecurityOptions,
            DefaultAddressPools = [.. pools.Select(pool => new AddressPool { Base = pool.Pool.ToString(), Size = pool.PrefixLength })],
            FirewallBackend = new FirewallInfo { Driver = "nftables" },
            CDISpecDirs = [],
            Warnings = facts.Warnings.NullIfEmpty(),
        };
    }

    private static RegistryServiceConfig ToWire(this RegistryOptions options)
    {
        string[] mirrors = [.. options.Mirrors.Select(mirror => mirror.AbsoluteUri)];
        return new RegistryServiceConfig
        {
            InsecureRegistryCIDRs = ["::1/128", "127.0.0.0/8", .. options.InsecureRegistries.Where(IsRange)],
            IndexConfigs = options.InsecureRegistries.Where(host => !IsRange(host)).Select(host => new RegistryIndexInfo { Name = host })
                .Append(new RegistryIndexInfo { Name = "docker.io", Secure = true, Official = true, Mirrors = mirrors }).DistinctBy(index => index.Name).ToDictionary(index => index.Name),
            Mirrors = mirrors.NullIfEmpty(),
        };

        static bool IsRange(string host) => host.Contains('/');
    }
}

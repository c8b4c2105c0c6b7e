using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

// From options to the create request.
internal sealed partial class ContainerOptions
{
    /// <exception cref="FormatException">Options contradict each other or do not parse, in docker's words.</exception>
    public ContainerCreateRequest Request(string image, IReadOnlyList<string> command)
    {
        var attach = Attached();
        var exposed = new Dictionary<string, EmptyObject>();
        var bindings = new Dictionary<string, IReadOnlyList<PortBinding>?>();
        foreach (var spec in ports.Values)
        {
            PortSpecs.Publish(spec, bindings, exposed);
        }

        foreach (var spec in expose.Values)
        {
            PortSpecs.Expose(spec, exposed);
        }

        var (binds, anonymous) = SplitVolumes();
        return new ContainerCreateRequest
        {
            Hostname = hostname.Value,
            Domainname = domainname.Value,
            User = user.Value,
            AttachStdin = attach.Stdin,
            AttachStdout = attach.Stdout,
            AttachStderr = attach.Stderr,
            ExposedPorts = exposed,
            Tty = terminal.Value,
            OpenStdin = interactive.Value,
            StdinOnce = interactive.Value && attach.Stdin,
            Env = [.. KeyValueFiles.Read(envFile.Values, fromEnvironment: true), .. environment.Values.Select(KeyValueFiles.Variable)],
            Cmd = command.Count > 0 ? command : null,
            Healthcheck = Health(),
            Image = image,
            Volumes = anonymous,
            WorkingDir = workdir.Value,
            Entrypoint = entrypoint.IsSet ? [entrypoint.Value] : null,
            Labels = KeyValues.Parse([.. KeyValueFiles.Read(labelFile.Values, fromEnvironment: false), .. labels.Values]),
            StopSignal = stopSignal.IsSet ? stopSignal.Value : null,
            StopTimeout = stopTimeout.IsSet ? (int)stopTimeout.Value : null,
            HostConfig = Host(binds, bindings),
            NetworkingConfig = new NetworkingConfig { EndpointsConfig = Endpoints() },
        };
    }

    private (bool Stdin, bool Stdout, bool Stderr) Attached()
    {
        var names = attachTo.Values.Select(a => a.ToLowerInvariant()).ToList();
        if (names.Find(n => n is not ("stdin" or "stdout" or "stderr")) is not null)
        {
            throw new FormatException("valid streams are STDIN, STDOUT and STDERR");
        }

        var all = names.Count == 0;
        return (interactive.Value || names.Contains("stdin"), all || names.Contains("stdout"), all || names.Contains("stderr"));
    }

    private HostConfig Host(List<string> binds, Dictionary<string, IReadOnlyList<PortBinding>?> bindings)
    {
        Refuse();
        return new HostConfig
        {
            Binds = binds.Count > 0 ? binds : null,
            NetworkMode = networks.Values.Count > 0 ? NetworkSpec.Parse(networks.Values[0]).Name : "default",
            PortBindings = bindings,
            RestartPolicy = RunValues.RestartPolicy(restart.Value),
            AutoRemove = autoRemove.Value,
            VolumeDriver = volumeDriver.Value,
            VolumesFrom = NullIfEmpty(volumesFrom.Values),
            LogConfig = new LogConfig { Type = logDriver.Value, Config = KeyValues.Parse(logOpt.Values) },
            Annotations = annotation.Values.Count > 0 ? KeyValues.Parse(annotation.Values) : null,
            CapAdd = NullIfEmpty(capAdd.Values.Select(RunValues.Capability).Distinct().Order(StringComparer.Ordinal).ToList()),
            CapDrop = NullIfEmpty(capDrop.Values.Select(RunValues.Capability).Distinct().Order(StringComparer.Ordinal).ToList()),
            CgroupnsMode = cgroupns.Value,
            Dns = dns.Values,
            DnsOptions = dnsOption.Values,
            DnsSearch = dnsSearch.Values,
            ExtraHosts = NullIfEmpty(addHost.Values.Select(RunValues.ExtraHost).ToList()),
            GroupAdd = NullIfEmpty(groupAdd.Values),
            IpcMode = ipc.Value,
            PidMode = pid.Value,
            UTSMode = uts.Value,
            UsernsMode = userns.Value,
            Links = NullIfEmpty(links.Values),
            OomScoreAdj = (int)oomScoreAdj.Value,
            Privileged = privileged.Value,
            PublishAllPorts = publishAll.Value,
            ReadonlyRootfs = readOnlyRoot.Value,
            SecurityOpt = NullIfEmpty(SecurityOptions()),
            StorageOpt = storageOpt.Values.Count > 0 ? KeyValues.Parse(storageOpt.Values) : null,
            Tmpfs = tmpfs.Values.Count > 0 ? tmpfs.Values.Select(t => t.Split(':', 2)).ToDictionary(t => t[0], t => t.Length > 1 ? t[1] : "") : null,
            ShmSize = shmSize.Value,
            Sysctls = sysctl.Values.Count > 0 ? KeyValues.Parse(sysctl.Values) : null,
            Runtime = runtime.IsSet ? runtime.Value : null,
            CpuShares = cpuShares.Value,
            Memory = memory.Value,
            MemoryReservation = memoryReservation.Value,
            MemorySwap = memorySwap.Value,
            MemorySwappiness = memorySwappiness.Value == -1 ? null : memorySwappiness.Value,
            NanoCpus = cpus.Value,
            CgroupParent = cgroupParent.Value,
            BlkioWeight = (int)blkioWeight.Value,
            BlkioWeightDevice = blkioWeightDevice.Values.Select(RunValues.Weight).ToList(),
            BlkioDeviceReadBps = deviceReadBps.Values.Select(d => RunValues.Throttle(d, bytes: true)).ToList(),
            BlkioDeviceWriteBps = deviceWriteBps.Values.Select(d => RunValues.Throttle(d, bytes: true)).ToList(),
            BlkioDeviceReadIOps = deviceReadIops.Values.Select(d => RunValues.Throttle(d, bytes: false)).ToList(),
            BlkioDeviceWriteIOps = deviceWriteIops.Values.Select(d => RunValues.Throttle(d, bytes: false)).ToList(),
            CpuPeriod = cpuPeriod.Value,
            CpuQuota = cpuQuota.Value,
            CpuRealtimePeriod = cpuRtPeriod.Value,
            CpuRealtimeRuntime = cpuRtRuntime.Value,
            CpusetCpus = cpusetCpus.Value,
            CpusetMems = cpusetMems.Value,
            Devices = devices.Values.Select(RunValues.Device).ToList(),
            DeviceCgroupRules = NullIfEmpty(deviceCgroupRule.Values),
            OomKillDisable = oomKillDisable.Value,
            PidsLimit = pidsLimit.Value,
            Ulimits = ulimit.Values.Select(RunValues.Ulimit).OrderBy(u => u.Name, StringComparer.Ordinal).ToList(),
            Mounts = mounts.Values.Count > 0 ? mounts.Values.Select(MountSpecs.Parse).ToList() : null,
            MaskedPaths = SystemPaths(),
            ReadonlyPaths = SystemPaths(),
            Init = useInit.IsSet ? useInit.Value : null,
            Isolation = isolation.Value,
        };
    }

    private void Refuse()
    {
        if (gpus.IsSet)
        {
            // The daemon's answer, which has no drivers for them.
            throw new FormatException("could not select device driver \"\" with capabilities: [[gpu]]");
        }

        RunChecks.Mode(pid.Value, "--pid", "PID", "host");
        RunChecks.Mode(uts.Value, "--uts", "UTS", "host");
        RunChecks.Mode(userns.Value, "--userns", "USER", "host");
        RunChecks.Mode(cgroupns.Value, "--cgroupns", "CGROUP", "host", "private");
        RunChecks.MacAddress(macAddress.Value);
        foreach (var option in securityOpt.Values)
        {
            RunChecks.SecurityOption(option);
        }

        if (logDriver.Value == "none" && logOpt.Values.Count > 0)
        {
            throw new FormatException("invalid logging opts for driver none");
        }

        if (networkAlias.Values.Count > 0 && !networks.Values.Any(text => NetworkSpec.Parse(text).IsUserDefined))
        {
            throw new FormatException("network-scoped aliases are only supported for user-defined networks");
        }

        if (autoRemove.Value && restart.Value is not ("no" or ""))
        {
            throw new FormatException("conflicting options: cannot specify both --restart and --rm");
        }

        if (memorySwappiness.Value is < -1 or > 100)
        {
            throw new FormatException($"invalid value: {memorySwappiness.Value}. Valid memory swappiness range is 0-100");
        }
    }

    // A source that starts with a dot is a path of this machine, seen from here.
    private (List<string> Binds, Dictionary<string, EmptyObject> Anonymous) SplitVolumes()
    {
        var binds = new List<string>();
        var anonymous = new Dictionary<string, EmptyObject>();
        foreach (var volume in volumes.Values)
        {
            var colon = volume.IndexOf(':');
            if (volume.Count(c => c == ':') > 2 && !(volume.Length > 1 && volume[1] == ':'))
            {
                throw new FormatException($"invalid spec: {volume}: too many colons");
            }

            if (colon < 0)
            {
                anonymous[volume.StartsWith('/') ? volume : throw new FormatException($"invalid volume specification: '{volume}': invalid mount config for type \"volume\": invalid mount path: '{volume}' mount path must be absolute")] = EmptyObject.Value;
            }
            else
            {
                binds.Add(volume.StartsWith('.') ? Path.GetFullPath(volume[..colon]) + volume[colon..] : volume);
            }
        }

        return (binds, anonymous);
    }

    private HealthConfig? Health()
    {
        var settings = healthCmd.Value.Length > 0 || healthInterval.IsSet || healthTimeout.IsSet || healthStartPeriod.IsSet || healthStartInterval.IsSet || healthRetries.IsSet;
        if (noHealthcheck.Value)
        {
            return settings ? throw new FormatException("--no-healthcheck conflicts with --health-* options") : new HealthConfig { Test = ["NONE"] };
        }

        if (healthInterval.Value < TimeSpan.Zero || healthTimeout.Value < TimeSpan.Zero || healthStartPeriod.Value < TimeSpan.Zero || healthRetries.Value < 0)
        {
            var (name, what) = healthInterval.Value < TimeSpan.Zero ? ("interval", " ") : healthTimeout.Value < TimeSpan.Zero ? ("timeout", " ") : healthRetries.Value < 0 ? ("retries", " ") : ("start-period", " ");
            throw new FormatException($"--health-{name}{what}cannot be negative");
        }

        return !settings ? null : new HealthConfig
        {
            Test = healthCmd.Value.Length > 0 ? ["CMD-SHELL", healthCmd.Value] : null,
            Interval = healthInterval.Value.ToNanoseconds(),
            Timeout = healthTimeout.Value.ToNanoseconds(),
            StartPeriod = healthStartPeriod.Value.ToNanoseconds(),
            StartInterval = healthStartInterval.Value.ToNanoseconds(),
            Retries = (int)healthRetries.Value,
        };
    }

    private Dictionary<string, EndpointSettings?> Endpoints()
    {
        var specs = networks.Values.Count == 0 ? [new NetworkSpec("default")] : networks.Values.Select(NetworkSpec.Parse).ToList();
        if (specs.Exists(s => s.IsUserDefined) && specs.Exists(s => !s.IsUserDefined))
        {
            throw new FormatException("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }

        var first = specs[0];
        first.Aliases.AddRange(networkAlias.Values);
        first.LinkLocal.AddRange(linkLocalIp.Values);
        first.Links.AddRange(first.IsUserDefined ? links.Values : []);
        first.IPv4 ??= ipv4.IsSet ? ipv4.Value : null;
        first.IPv6 ??= ipv6.IsSet ? ipv6.Value : null;
        first.MacAddress ??= macAddress.IsSet ? macAddress.Value : null;
        var endpoints = new Dictionary<string, EndpointSettings?>();
        foreach (var spec in specs)
        {
            if (specs.Count == 1 && spec.Settings is null)
            {
                continue;
            }

            if (!endpoints.TryAdd(spec.Name, spec.Settings ?? new EndpointSettings()))
            {
                throw new FormatException($"network \"{spec.Name}\" is specified multiple times");
            }
        }

        return endpoints;
    }

    private List<string> SecurityOptions() => securityOpt.Values.Where(o => o != "systempaths=unconfined").Select(option =>
    {
        var file = option.StartsWith("seccomp=", StringComparison.Ordinal) || option.StartsWith("seccomp:", StringComparison.Ordinal) ? option[8..] : null;
        if (file is null or "unconfined" or "builtin")
        {
            return option;
        }

        return "seccomp=" + RunChecks.SeccompProfile(file);
    }).ToList();

    // Empty lists lift the masks; null leaves the daemon's defaults.
    private List<string>? SystemPaths() => securityOpt.Values.Contains("systempaths=unconfined") ? [] : null;

    private static IReadOnlyList<string>? NullIfEmpty(List<string> list) => list.Count > 0 ? list : null;
}

using System.Globalization;
using Gantry.Core;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Containers;

/// <summary>Refuses contradictory or impossible requests before anything is made, in Docker's words.</summary>
internal static class SettingsCheck
{
    private const long LeastMemory = 6 << 20;

    public static IReadOnlyList<string> Check(ContainerSettings settings)
    {
        var host = settings.Host;
        CheckRestart(host);
        CheckResources(host);
        CheckPorts(settings);
        foreach (var entry in host.ExtraHosts.Where(entry => entry.IndexOfAny([':', '=']) <= 0))
        {
            throw GantryException.Invalid($"bad format for add-host: \"{entry}\"");
        }

        foreach (var address in host.Dns.Where(address => !System.Net.IPAddress.TryParse(address, out _)))
        {
            throw GantryException.Invalid($"invalid IP address: {address}");
        }

        foreach (var entry in settings.Env.Where(entry => entry.Length == 0 || entry[0] == '='))
        {
            throw GantryException.Invalid($"invalid environment variable: {entry}");
        }

        if (settings.WorkingDir.Length > 0 && settings.WorkingDir[0] != '/')
        {
            throw GantryException.Invalid($"the working directory '{settings.WorkingDir}' is invalid, it needs to be an absolute path");
        }

        if (settings.StopSignal is { Length: > 0 } signal && !Gantry.Linux.Signal.TryParse(signal, out _))
        {
            throw GantryException.Invalid($"invalid signal: {signal}");
        }

        if (host.Runtime is not ("" or "crun" or "runc" or "io.containerd.runc.v2"))
        {
            throw GantryException.Invalid($"unknown or invalid runtime name: {host.Runtime}");
        }

        if (host.Init == true && InitProgram.Find() is null)
        {
            throw GantryException.Invalid("--init needs a static init program on the host: install the package tini");
        }

        CheckModes(host);
        if (host.UtsMode == "host" && settings.Hostname.Length > 0)
        {
            throw GantryException.Invalid("conflicting options: hostname and the UTS mode");
        }

        _ = Capabilities.Resolve(privileged: false, host.CapAdd, host.CapDrop);
        if (host.LogDriver is not ("" or "json-file" or "none" or "local"))
        {
            throw GantryException.Invalid($"error looking up logging plugin {host.LogDriver}: plugin \"{host.LogDriver}\" not found");
        }

        if (host.UsernsMode is not ("" or "host"))
        {
            throw GantryException.Invalid("invalid userns mode: only \"host\" is supported");
        }

        if (host.Privileged && host.UsernsMode.Length > 0 && host.UsernsMode != "host")
        {
            throw GantryException.Invalid("privileged mode is incompatible with user namespaces");
        }

        return Warnings(settings);
    }

    private static void CheckModes(HostSettings host)
    {
        if (host.PidMode is not ("" or "host") && !IsContainer(host.PidMode))
        {
            throw GantryException.Invalid($"invalid PID mode: {host.PidMode}");
        }

        if (host.IpcMode is not ("" or "host" or "private" or "shareable" or "none") && !IsContainer(host.IpcMode))
        {
            throw GantryException.Invalid($"invalid IPC mode: {host.IpcMode}");
        }

        if (host.UtsMode is not ("" or "host"))
        {
            throw GantryException.Invalid($"invalid UTS mode: {host.UtsMode}");
        }

        if (host.CgroupnsMode is not ("" or "host" or "private"))
        {
            throw GantryException.Invalid($"invalid cgroup namespace mode: {host.CgroupnsMode}");
        }

        if (host.NetworkMode == "host" && host.Links.Count > 0)
        {
            throw GantryException.Invalid("conflicting options: host type networking can't be used with links. This would result in undefined behavior");
        }

        if (host.OomScoreAdj is < -1000 or > 1000)
        {
            throw GantryException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        }

        foreach (var option in host.SecurityOpt.Where(option => !IsSecurityOption(option)))
        {
            throw GantryException.Invalid($"invalid --security-opt: \"{option}\"");
        }

        foreach (var option in host.LogOptions.Keys.Where(option => host.LogDriver is "" or "json-file" && option is not ("max-file" or "max-size" or "compress" or "labels" or "labels-regex" or "env" or "env-regex" or "tag" or "mode" or "max-buffer-size")))
        {
            throw GantryException.Invalid($"unknown log opt '{option}' for json-file log driver");
        }
    }

    private static bool IsContainer(string mode) => mode.StartsWith("container:", StringComparison.Ordinal) && mode.Length > "container:".Length;

    private static bool IsSecurityOption(string option) =>
        option is "no-new-privileges" || option.Split(['=', ':'], 2)[0] is "no-new-privileges" or "seccomp" or "apparmor" or "label" or "systempaths" or "writable-cgroups";

    private static void CheckRestart(HostSettings host)
    {
        var policy = host.RestartPolicy;
        if (policy.Name is not ("" or "no" or "always" or "on-failure" or "unless-stopped"))
        {
            throw GantryException.Invalid($"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }

        if (policy.MaximumRetryCount != 0 && policy.Name is not "on-failure")
        {
            throw GantryException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }

        if (policy.MaximumRetryCount < 0)
        {
            throw GantryException.Invalid("invalid restart policy: maximum retry count cannot be negative");
        }

        if (host.AutoRemove && policy.Name is not ("" or "no"))
        {
            throw GantryException.Invalid("can't create 'AutoRemove' container with restart policy");
        }
    }

    private static void CheckResources(HostSettings host)
    {
        var resources = host.Resources;
        if (resources.Memory is > 0 and < LeastMemory)
        {
            throw GantryException.Invalid("Minimum memory limit allowed is 6MB");
        }

        if (resources.MemorySwap is > 0 && resources.Memory is (null or 0))
        {
            throw GantryException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        }

        if (resources.MemorySwap is > 0 && resources.MemorySwap < resources.Memory)
        {
            throw GantryException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }

        if (resources.MemoryReservation > resources.Memory && resources.Memory is > 0)
        {
            throw GantryException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        }

        var cpus = Environment.ProcessorCount;
        if (host.NanoCpus < 0 || host.NanoCpus > cpus * 1_000_000_000L)
        {
            throw GantryException.Invalid($"range of CPUs is from 0.01 to {cpus}.00, as there are only {cpus} CPUs available");
        }

        if (host.NanoCpus > 0 && (resources.CpuQuota is > 0 || resources.CpuPeriod is > 0))
        {
            throw GantryException.Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }

        if (resources.MemorySwappiness is < -1 or > 100)
        {
            throw GantryException.Invalid($"Invalid value: {resources.MemorySwappiness}, valid memory swappiness range is 0-100");
        }

        if (resources.CpuPeriod is not (null or 0) and (< 1000 or > 1_000_000))
        {
            throw GantryException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }

        if (resources.CpuQuota is > 0 and < 1000)
        {
            throw GantryException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }

        CheckCpus(resources.CpusetCpus ?? "", cpus);
        if (host.ShmSize < 0)
        {
            throw GantryException.Invalid("SHM size can not be less than 0");
        }
    }

    private static void CheckCpus(string list, int cpus)
    {
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var range = part.Split('-');
            if (range.Length > 2 || !range.All(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                throw GantryException.Invalid($"Invalid value {list} for cpuset cpus: invalid format: {list}");
            }

            if (range.Any(number => int.Parse(number, CultureInfo.InvariantCulture) >= cpus))
            {
                throw GantryException.Invalid($"Requested CPUs are not available - requested {list}, available: 0-{cpus - 1}");
            }
        }
    }

    private static void CheckPorts(ContainerSettings settings)
    {
        foreach (var port in settings.ExposedPorts.Concat(settings.Host.PortBindings.Keys))
        {
            _ = ContainerPort.Parse(port);
        }

        foreach (var binding in settings.Host.PortBindings.Values.SelectMany(bindings => bindings))
        {
            _ = ContainerPort.ParseRange(binding.Port);
            if (binding.Address.Length > 0 && !System.Net.IPAddress.TryParse(binding.Address, out _))
            {
                throw GantryException.Invalid($"invalid IP address: {binding.Address}");
            }
        }
    }

    private static List<string> Warnings(ContainerSettings settings)
    {
        List<string> warnings = [];
        if (settings.Host.NetworkMode == "host" && settings.Host.PortBindings.Count > 0)
        {
            warnings.Add("Published ports are discarded when using host network mode");
        }

        return warnings;
    }
}

using Gantry.Core;

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
            throw GantryException.Invalid($"Invalid signal: {signal}");
        }

        if (host.Runtime is not ("" or "crun" or "runc" or "io.containerd.runc.v2"))
        {
            throw GantryException.Invalid($"unknown or invalid runtime name: {host.Runtime}");
        }

        if (host.LogDriver is not ("" or "json-file" or "none" or "local"))
        {
            throw GantryException.Invalid($"logger: no log driver named '{host.LogDriver}' is registered");
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

        if (host.ShmSize < 0)
        {
            throw GantryException.Invalid("SHM size can not be less than 0");
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

using Gantry.Core;
using Gantry.Engine.Containers.Logs;
using Gantry.Linux;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Containers;

/// <summary>Refuses contradictory or impossible requests before anything is made, in Docker's words.</summary>
internal static class SettingsCheck
{
    /// <summary>The host's side with what this kernel cannot do left out, and the warnings that say so.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static (HostSettings Host, IReadOnlyList<string> Warnings) Check(ContainerSettings settings)
    {
        var host = settings.Host;
        CheckRestart(host);
        var (limits, warnings) = ResourceCheck.Check(host.Resources, host.NanoCpus);
        Refuse(host.ShmSize < 0, "SHM size can not be less than 0");
        CheckPorts(settings);
        CheckProcess(settings);
        CheckModes(host);
        Refuse(host.UtsMode == "host" && settings.Hostname.Length > 0, "conflicting options: hostname and the UTS mode");
        Refuse(JoinedNamespace.NameIn(host.NetworkMode) is not null && settings.Hostname.Length > 0, "conflicting options: hostname and the network mode");
        CheckHealth(settings.Healthcheck);
        foreach (var mount in host.Mounts)
        {
            MountCheck.CheckOptions(mount);
        }

        foreach (var option in host.SecurityOpt)
        {
            SecurityOptions.Check(option);
        }

        Refuse(host.Annotations.ContainsKey(""), "invalid Annotations: the empty string is not permitted as an annotation key");
        LogOptions.Check(host.LogDriver, host.LogOptions);
        return (host with { Resources = limits }, [.. warnings, .. Warnings(host)]);
    }

    private static void CheckProcess(ContainerSettings settings)
    {
        var host = settings.Host;
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

        Refuse(settings.WorkingDir.Length > 0 && settings.WorkingDir[0] != '/', $"the working directory '{settings.WorkingDir}' is invalid, it needs to be an absolute path");
        Refuse(settings.StopSignal is { Length: > 0 } signal && !Gantry.Linux.Signal.TryParse(signal, out _), $"invalid signal: {settings.StopSignal}");
        Refuse(host.Init == true && InitProgram.Find() is null, "--init needs a static init program on the host: install the package tini");
        Refuse(host.Isolation is not ("" or "default"), $"invalid isolation ({host.Isolation}): linux only supports 'default'");
        foreach (var option in host.StorageOpt.Keys)
        {
            throw GantryException.Invalid(option == "size" ? "--storage-opt is supported only for overlay over xfs with 'pquota' mount option" : $"Unknown option {option}");
        }

        foreach (var limit in host.Ulimits.Where(limit => !ProcessLimits.IsKnown(limit.Name)))
        {
            throw GantryException.Invalid($"invalid ulimit type: {limit.Name}");
        }

        _ = Capabilities.Resolve(privileged: false, host.CapAdd, host.CapDrop);
    }

    private static void CheckModes(HostSettings host)
    {
        Refuse(host.PidMode is not ("" or "host") && JoinedNamespace.NameIn(host.PidMode) is null, $"invalid PID mode: {host.PidMode}");
        Refuse(host.IpcMode is not ("" or "host" or "private" or "shareable" or "none") && JoinedNamespace.NameIn(host.IpcMode) is null, $"invalid IPC mode: {host.IpcMode}");
        Refuse(host.UtsMode is not ("" or "host"), $"invalid UTS mode: {host.UtsMode}");
        Refuse(host.CgroupnsMode is not ("" or "host" or "private"), $"invalid cgroup namespace mode: {host.CgroupnsMode}");
        Refuse(host.UsernsMode is not ("" or "host"), $"invalid userns mode: {host.UsernsMode}");
        Refuse(host.NetworkMode == "host" && host.Links.Count > 0, "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
        Refuse(host.OomScoreAdj is < -1000 or > 1000, $"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
    }

    private static void CheckHealth(Gantry.Images.Healthcheck? check)
    {
        foreach (var (name, value) in new[] { ("Interval", check?.Interval), ("Timeout", check?.Timeout), ("StartPeriod", check?.StartPeriod), ("StartInterval", check?.StartInterval) })
        {
            Refuse(value is { } duration && duration != TimeSpan.Zero && duration < TimeSpan.FromMilliseconds(1), $"{name} in Healthcheck cannot be less than 1ms");
        }

        Refuse(check?.Retries < 0, "Retries in Healthcheck cannot be negative");
    }

    public static void CheckRestart(HostSettings host)
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

    private static void CheckPorts(ContainerSettings settings)
    {
        foreach (var port in settings.Host.PortBindings.Keys)
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

    private static List<string> Warnings(HostSettings host)
    {
        List<string> warnings = [];
        if (host.NetworkMode == "host" && host.PortBindings.Count > 0)
        {
            warnings.Add("Published ports are discarded when using host network mode");
        }

        if (host.Mounts.Any(mount => mount.Type == "image"))
        {
            warnings.Add("Image mount is an experimental feature");
        }

        return warnings;
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw GantryException.Invalid(message);
        }
    }
}

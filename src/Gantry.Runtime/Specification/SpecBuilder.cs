using Gantry.Core;
using Gantry.Runtime.Security;

namespace Gantry.Runtime.Specification;

/// <summary>Turns a <see cref="LaunchSpec"/> into config.json with Docker's defaults.</summary>
internal static class SpecBuilder
{
    private const string InitInContainer = "/sbin/docker-init";

    /// <exception cref="GantryException">InvalidArgument: an unknown capability, a bad seccomp profile, device or rule.</exception>
    public static OciSpec Build(LaunchSpec launch, string cgroupsPath, string? initPath)
    {
        var capabilities = Capabilities.Resolve(launch.Privileged, launch.CapabilitiesAdd, launch.CapabilitiesDrop);
        var (devices, rules) = Devices.Resolve(launch);
        var mounts = DefaultMounts.For(launch);
        mounts.AddRange(launch.Mounts.Select(mount => new OciMount(mount.Destination, mount.Type, mount.Source, mount.Options)));
        var process = ProcessBuilder.Build(launch.Process, capabilities, launch.NoNewPrivileges);
        if (launch.Init)
        {
            if (initPath is null)
            {
                throw GantryException.Invalid("exec: \"docker-init\": executable file not found in $PATH (install catatonit or tini)");
            }

            mounts.Add(new OciMount(InitInContainer, "bind", initPath, ["bind", "ro"]));
            process = process with { Args = [InitInContainer, "--", .. process.Args] };
        }

        process = process with { ApparmorProfile = launch.AppArmorProfile };
        return new OciSpec
        {
            Process = process,
            Root = new OciRoot(launch.RootDirectory, launch.ReadOnlyRoot),
            Hostname = launch.Hostname.Length > 0 && launch.UtsMode == "private" ? launch.Hostname : null,
            Mounts = mounts,
            Annotations = launch.Annotations.Count > 0 ? launch.Annotations : null,
            Linux = new OciLinux
            {
                Namespaces = Namespaces(launch),
                Devices = devices.Count > 0 ? devices : null,
                CgroupsPath = cgroupsPath,
                Resources = ResourceBuilder.Build(launch.Resources) with { Devices = rules },
                RootfsPropagation = Propagation(launch.Mounts),
                Seccomp = launch.Privileged && launch.SeccompProfile is null ? null : SeccompProfile.Resolve(launch.SeccompProfile, capabilities),
                Sysctl = Sysctls(launch),
                MaskedPaths = launch.MaskedPaths ?? (launch.Privileged ? [] : SystemPaths.Masked),
                ReadonlyPaths = launch.ReadonlyPaths ?? (launch.Privileged ? [] : SystemPaths.Readonly),
            },
        };
    }

    private static List<OciNamespace> Namespaces(LaunchSpec launch)
    {
        var namespaces = new List<OciNamespace> { new("mount") };
        if (launch.NetworkNamespacePath is not null)
        {
            namespaces.Add(new OciNamespace("network", launch.NetworkNamespacePath));
        }

        Add("ipc", launch.IpcMode);
        Add("pid", launch.PidMode);
        Add("uts", launch.UtsMode);
        Add("cgroup", launch.CgroupNamespaceMode);
        return namespaces;

        void Add(string type, string mode)
        {
            if (mode != "host")
            {
                namespaces.Add(new OciNamespace(type, mode.StartsWith('/') ? mode : null));
            }
        }
    }

    // OCI has "domainname" only from 1.1 on; the sysctl, which belongs to the same namespace, works in every runtime.
    private static Dictionary<string, string>? Sysctls(LaunchSpec launch)
    {
        var sysctls = new Dictionary<string, string>(launch.Sysctls);
        if (launch.Domainname.Length > 0 && launch.UtsMode == "private")
        {
            sysctls.TryAdd("kernel.domainname", launch.Domainname);
        }

        return sysctls.Count > 0 ? sysctls : null;
    }

    // A mount can pass on or receive later mounts only when the root does.
    private static string? Propagation(IReadOnlyList<MountSpec> mounts)
    {
        var options = mounts.SelectMany(mount => mount.Options).ToList();
        return options.Any(option => option is "shared" or "rshared") ? "rshared"
            : options.Any(option => option is "slave" or "rslave") ? "rslave"
            : null;
    }
}

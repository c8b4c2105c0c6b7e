using Gantry.Core;
using Gantry.Engine.Containers.Logs;
using Gantry.Runtime;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Containers;

/// <summary>Turns a container's settings into what the runtime launches: names looked up, defaults filled in, every path absolute.</summary>
internal sealed class LaunchBuilder(ContainerFiles files, ContainerRegistry containers, string certificateBundle)
{
    /// <summary>Label (and build option) that makes the host's CA bundle available to a container without changing its image.</summary>
    public const string TrustHostLabel = "gantry.trust-host-ca";

    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public LaunchSpec Build(Container container, string root, string? networkNamespace)
    {
        var settings = container.Settings;
        var host = settings.Host;
        var trust = HostTrust.For(settings.Labels.GetValueOrDefault(TrustHostLabel) is "1" or "true", certificateBundle);
        if (host.DeviceRequests is [var request, ..])
        {
            throw new GantryException(ErrorKind.Internal, request.Refusal);
        }

        return new LaunchSpec
        {
            Id = container.Id,
            RootDirectory = root,
            ReadOnlyRoot = host.ReadonlyRootfs,
            Process = Process(container, root, trust),
            Hostname = settings.Hostname,
            Domainname = settings.Domainname,
            Mounts = [.. Mounts(container), .. trust.Mounts],
            ShmSize = host.ShmSize > 0 ? host.ShmSize : 64 << 20,
            NetworkNamespacePath = networkNamespace,
            IpcMode = host.IpcMode == "none" ? "none" : Namespace(host.IpcMode, "ipc"),
            ShmPath = ShmPath(container),
            PidMode = Namespace(host.PidMode, "pid"),
            UtsMode = host.UtsMode == "host" ? "host" : "private",
            CgroupNamespaceMode = host.CgroupnsMode == "host" ? "host" : "private",
            WritableCgroups = SecurityOptions.Flag(host.SecurityOpt, "writable-cgroups"),
            AppArmorProfile = SecurityOptions.AppArmorProfile(host, AppArmor.IsEnabled),
            Runtime = host.Runtime is "io.containerd.runc.v2" ? "" : host.Runtime,
            Privileged = host.Privileged,
            CapabilitiesAdd = host.CapAdd,
            CapabilitiesDrop = host.CapDrop,
            SeccompProfile = SecurityOptions.Find(host.SecurityOpt, "seccomp") is { } profile && profile != "builtin" ? profile : null,
            NoNewPrivileges = SecurityOptions.Flag(host.SecurityOpt, "no-new-privileges"),
            MaskedPaths = host.MaskedPaths,
            ReadonlyPaths = host.ReadonlyPaths,
            Sysctls = Sysctls(host, networkNamespace),
            Devices = host.Devices,
            DeviceCgroupRules = host.DeviceCgroupRules,
            Resources = Resources(host),
            CgroupParent = host.CgroupParent.Length > 0 ? host.CgroupParent : null,
            Init = host.Init ?? false,
            Annotations = host.Annotations,
            Log = LogPlan.File(container),
            OpenStdin = settings.OpenStdin,
            StdinOnce = settings.StdinOnce,
        };
    }

    /// <summary>The process of an exec: the container's own surroundings with another program.</summary>
    public static ProcessSpec ExecProcess(Container container, string root, IReadOnlyList<string> command, IReadOnlyList<string> env, string user, string workingDirectory, bool terminal, TerminalSize? size)
    {
        var who = UserLookup.Read(root).Resolve(user.Length > 0 ? user : container.Settings.User, container.Settings.Host.GroupAdd);
        return new ProcessSpec
        {
            Args = command,
            Env = Environment(container, terminal, who.Home, env),
            WorkingDirectory = workingDirectory.Length > 0 ? workingDirectory : container.Settings.WorkingDir.Length > 0 ? container.Settings.WorkingDir : "/",
            Uid = who.Uid,
            Gid = who.Gid,
            AdditionalGids = who.AdditionalGids,
            Terminal = terminal,
            InitialSize = size,
            Ulimits = container.Settings.Host.Ulimits,
        };
    }

    private ProcessSpec Process(Container container, string root, HostTrust trust)
    {
        var settings = container.Settings;
        var who = UserLookup.Read(root).Resolve(settings.User, settings.Host.GroupAdd);
        return new ProcessSpec
        {
            Args = container.Args,
            Env = [.. trust.Env, .. LegacyLinks.Environment(container, containers), .. Environment(container, settings.Tty, who.Home, [])],
            WorkingDirectory = settings.WorkingDir.Length > 0 ? settings.WorkingDir : "/",
            Uid = who.Uid,
            Gid = who.Gid,
            AdditionalGids = who.AdditionalGids,
            Terminal = settings.Tty,
            InitialSize = settings.Host.ConsoleSize is [var height, var width] && height > 0 ? new TerminalSize(width, height) : null,
            Ulimits = settings.Host.Ulimits,
            OomScoreAdj = settings.Host.OomScoreAdj == 0 ? null : settings.Host.OomScoreAdj,
        };
    }

    // Docker's order: PATH, HOSTNAME and TERM first, then the container's own, which win; exec's last.
    private static List<string> Environment(Container container, bool terminal, string home, IReadOnlyList<string> more)
    {
        List<string> env = [DefaultPath, "HOSTNAME=" + container.Settings.Hostname];
        if (terminal)
        {
            env.Add("TERM=xterm");
        }

        foreach (var entry in container.Settings.Env.Concat(more))
        {
            var key = entry.Split('=', 2)[0];
            env.RemoveAll(each => each.StartsWith(key + "=", StringComparison.Ordinal));
            if (entry.Contains('='))
            {
                env.Add(entry);
            }
        }

        if (!env.Exists(entry => entry.StartsWith("HOME=", StringComparison.Ordinal)))
        {
            env.Add("HOME=" + home);
        }

        return env;
    }

    // As Docker: in a network namespace of its own a process needs no capability to ping or to listen on port 80.
    private static IReadOnlyDictionary<string, string> Sysctls(HostSettings host, string? networkNamespace)
    {
        if (networkNamespace is null || JoinedNamespace.NameIn(host.NetworkMode) is not null)
        {
            return host.Sysctls;
        }

        var sysctls = new Dictionary<string, string>(host.Sysctls);
        sysctls.TryAdd("net.ipv4.ip_unprivileged_port_start", "0");
        sysctls.TryAdd("net.ipv4.ping_group_range", "0 2147483647");
        return sysctls;
    }

    private IEnumerable<MountSpec> Mounts(Container container)
    {
        var destinations = container.Mounts.Select(mount => mount.Destination).ToHashSet();
        foreach (var (source, destination) in new[] { (container.ResolvConfPath, "/etc/resolv.conf"), (container.HostnamePath, "/etc/hostname"), (container.HostsPath, "/etc/hosts") })
        {
            if (!destinations.Contains(destination))
            {
                yield return new MountSpec("bind", source, destination, ["rbind", container.Settings.Host.ReadonlyRootfs ? "ro" : "rw", "rprivate"]);
            }
        }

        foreach (var mount in container.Mounts)
        {
            if (mount.Type == "tmpfs")
            {
                yield return new MountSpec("tmpfs", "tmpfs", mount.Destination, mount.Options);
                continue;
            }

            var options = MountPropagation.Choose(mount.Source, mount.Options);
            yield return Bind(options, mount.Subpath.Length == 0 ? mount.Source : MountSubpath.Resolve(mount.Source, mount.Subpath), mount);
        }
    }

    // Nothing can be mounted below a file, and crun opens the target of a recursive option as a folder.
    private static MountSpec Bind(IReadOnlyList<string> options, string source, MountPoint mount) =>
        new("bind", source, mount.Destination, Directory.Exists(source) ? options : [.. options.Select(option => option == "rro" ? "ro" : option)]);

    private string Namespace(string mode, string kind)
    {
        if (mode is "host")
        {
            return "host";
        }

        return Other(mode, kind) is { } other ? other.Settings.Host.IpcMode == "host" && kind == "ipc" ? "host" : $"/proc/{other.State.Pid}/ns/{kind}" : "private";
    }

    /// <summary>The container whose namespace is joined; null where none is.</summary>
    private Container? Other(string mode, string kind)
    {
        if (JoinedNamespace.NameIn(mode) is not { } name)
        {
            return null;
        }

        var failed = $"failed to join {kind.ToUpperInvariant()} namespace: ";
        var other = name.Length == 0 ? throw GantryException.Invalid(failed + "invalid name or ID supplied: \"\"") : containers.Get(name).Container;

        // Docker answers 500 for the one and 409 for the other.
        return !other.IsRunning ? throw new GantryException(kind == "pid" ? ErrorKind.Internal : ErrorKind.Conflict, $"{failed}container {other.Id} is not running")
            : kind == "ipc" && other.Settings.Host.IpcMode is not ("shareable" or "host") ? throw GantryException.Invalid($"{failed}container {other.Id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)")
            : other;
    }

    // What others may join has to be mounted where the host sees it.
    private string? ShmPath(Container container) => container.Settings.Host.IpcMode == "shareable" ? files.ShmOf(container.Id)
        : Other(container.Settings.Host.IpcMode, "ipc") is { } other && other.Settings.Host.IpcMode == "shareable" ? files.ShmOf(other.Id)
        : null;

    private static ResourceLimits Resources(HostSettings host)
    {
        var resources = host.Resources;
        if (host.NanoCpus > 0)
        {
            resources = resources with { CpuPeriod = 100_000, CpuQuota = host.NanoCpus / 10_000 };
        }

        // Docker: with a memory limit and no swap limit, twice the memory.
        return resources.Memory is > 0 && resources.MemorySwap is (null or 0) ? resources with { MemorySwap = resources.Memory * 2 } : resources;
    }
}

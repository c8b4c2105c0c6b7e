namespace Gantry.Linux;

/// <summary>How this host mounts its cgroups: version 1, version 2, or version 1 with a unified hierarchy beside it (cgroups(7)).</summary>
public sealed class CgroupHost
{
    private const string Root = "/sys/fs/cgroup";
    private const string UnifiedBeside = "/sys/fs/cgroup/unified";

    private readonly Dictionary<string, string> mounts = [];
    private readonly HashSet<string> hierarchies = [];

    private string unifiedRoot = Root;

    private CgroupHost()
    {
    }

    /// <summary>Only version 2.</summary>
    public bool IsUnified { get; private set; }

    /// <summary>Every mounted hierarchy; a container has a directory in each.</summary>
    public IReadOnlyCollection<string> Hierarchies => hierarchies;

    /// <summary>
    /// A unified hierarchy with controllers beside version 1: crun refuses such a host ("hybrid mode not supported") unless that mount is hidden.
    /// Controllers come and go, so this is read anew each time (about 15 us).
    /// </summary>
    public bool NeedsHiding
    {
        get
        {
            try
            {
                return !IsUnified && hierarchies.Contains(UnifiedBeside) && File.ReadAllText(UnifiedBeside + "/cgroup.controllers").Trim().Length > 0;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>A host with version 2 only, whose hierarchy is at <paramref name="root"/>: for readers that are tested on a folder of files.</summary>
    public static CgroupHost Unified(string root)
    {
        var host = new CgroupHost { IsUnified = true, unifiedRoot = root };
        host.hierarchies.Add(root);
        return host;
    }

    /// <summary>Reads /proc/self/mountinfo.</summary>
    public static CgroupHost Detect()
    {
        var host = new CgroupHost();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            // 36 35 98:0 /root /mountpoint options ... - type source superoptions (proc_pid_mountinfo(5))
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash > 0 && fields.Length > dash + 3)
            {
                host.Add(fields[4], fields[dash + 1], fields[dash + 3]);
            }
        }

        return host;
    }

    /// <summary>The directory of cgroup <paramref name="path"/> for a controller; null when this host does not have the controller.</summary>
    public string? Directory(string controller, string path) =>
        IsUnified ? unifiedRoot + path : mounts.TryGetValue(controller, out var mount) ? mount + path : null;

    /// <summary>The directory by which a container's processes are listed.</summary>
    public string? ProcessDirectory(string path) =>
        Directory("pids", path) ?? Directory("memory", path) ?? Directory("name=systemd", path) ?? Directory("freezer", path);

    private void Add(string mountPoint, string type, string options)
    {
        if (type == "cgroup2" && mountPoint is Root or UnifiedBeside)
        {
            IsUnified |= mountPoint != UnifiedBeside;
            hierarchies.Add(mountPoint);
        }
        else if (type == "cgroup" && hierarchies.Add(mountPoint))
        {
            foreach (var option in options.Split(','))
            {
                mounts.TryAdd(option, mountPoint);
            }
        }
    }
}

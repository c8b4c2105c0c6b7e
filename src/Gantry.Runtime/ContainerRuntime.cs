using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Monitor.Protocol;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Monitoring;
using Gantry.Runtime.Oci;
using Gantry.Runtime.Security;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime;

/// <summary>Creates containers and finds running ones again after a daemon restart.</summary>
public sealed class ContainerRuntime : IAsyncDisposable
{
    private static readonly string[] Standard = ["crun", "runc"];

    private readonly RuntimeOptions options;
    private readonly CgroupHost host = CgroupHost.Detect();
    private readonly CgroupWarmth warmth;
    private readonly SpareMonitor monitors;
    private readonly MemoryWatch memory = new();
    private readonly FilterCache filters;
    private readonly ConcurrentDictionary<string, OciRuntime?> others = new();
    private readonly Dictionary<string, string> programs;
    private OciRuntime runtime;

    /// <exception cref="GantryException">Unavailable: no OCI runtime is installed.</exception>
    public ContainerRuntime(RuntimeOptions options)
    {
        this.options = options;
        programs = options.Runtimes.ToDictionary(pair => pair.Key, pair => RuntimeWrapper.Write(Path.Combine(options.StateDirectory, ".runtimes"), pair.Key, pair.Value));
        runtime = OciRuntime.Choose(options.RuntimePath ?? (options.RuntimeName is { } preferred ? programs.GetValueOrDefault(preferred, preferred) : null));
        warmth = new CgroupWarmth(host);
        monitors = new SpareMonitor(options.MonitorPath);
        filters = new FilterCache(Path.Combine(options.StateDirectory, ".seccomp"));
        Directory.CreateDirectory(options.StateDirectory);
        monitors.Refill();
    }

    /// <summary>Name of the runtime in use, e.g. "crun", its version line and path.</summary>
    public (string Name, string Version, string Path) Runtime => (options.RuntimeName ?? runtime.Name, runtime.Version, runtime.Path);

    /// <summary>Names that <see cref="LaunchSpec.Runtime"/> may have here, with the binary of each.</summary>
    public IReadOnlyDictionary<string, RuntimeProgram> Installed() =>
        options.Runtimes.Select(pair => (Name: pair.Key, Program: pair.Value))
            .Append((Runtime.Name, Program: new RuntimeProgram(Runtime.Path, [])))
            .Concat(Standard.Where(name => !options.Runtimes.ContainsKey(name)).Select(Find).OfType<OciRuntime>().Select(found => (found.Name, Program: new RuntimeProgram(found.Path, []))))
            .DistinctBy(found => found.Name)
            .ToDictionary(found => found.Name, found => found.Program);

    /// <summary>Whether a container may ask for this runtime: the preferred one, one of the options, or crun and runc where they are installed.</summary>
    /// <exception cref="GantryException">InvalidArgument, in Docker's words.</exception>
    public void CheckName(string name)
    {
        if (name is not ("" or "io.containerd.runc.v2") && name != Runtime.Name && !options.Runtimes.ContainsKey(name) && (!Standard.Contains(name) || Find(name) is null))
        {
            throw GantryException.Invalid($"unknown or invalid runtime name: {name}");
        }
    }

    /// <summary>
    /// Says that a container will be created in some milliseconds, so that the kernel's slow first cgroup move happens meanwhile.
    /// Returns at once; <see cref="CreateAsync"/> does it by itself, only later.
    /// </summary>
    public void Prepare() => warmth.Warm();

    /// <summary>
    /// Starts the monitor, which runs "crun create". On return the container exists, its init waits. Failure leaves nothing behind and throws
    /// <see cref="RuntimeException"/> with crun's own message (used for Docker's 126/127 exit codes).
    /// </summary>
    /// <exception cref="GantryException">InvalidArgument: something in the specification; Conflict: the id is in use.</exception>
    public async Task<ContainerProcess> CreateAsync(LaunchSpec spec, CancellationToken cancellationToken)
    {
        warmth.Warm();
        cancellationToken.ThrowIfCancellationRequested();
        if (spec.AppArmorProfile == AppArmor.DefaultProfile)
        {
            AppArmor.EnsureDefault(options.StateDirectory);
        }

        var (container, error) = await TryCreateAsync(spec, spec.Runtime.Length > 0 && spec.Runtime != Runtime.Name ? Find(spec.Runtime) ?? runtime : runtime);
        if (error is not null && runtime.IsCrun && error.Contains("hybrid", StringComparison.OrdinalIgnoreCase) && OciRuntime.Fallback() is { } fallback)
        {
            // Hiding the unified hierarchy was not enough: runc takes such hosts as they are.
            runtime = fallback;
            (container, error) = await TryCreateAsync(spec, runtime);
        }

        monitors.Refill();
        return container ?? throw RuntimeErrors.Create(runtime, error!, spec.Process);
    }

    /// <summary>
    /// Finds a container created by an earlier daemon: connects to its monitor, or reads the exit it left behind (then Exited is already complete).
    /// Null when there is no trace of it.
    /// </summary>
    public async Task<ContainerProcess?> ReconnectAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var folder = Folder(id);
        if (ContainerRecord.Find(folder.Directory) is not { } record)
        {
            // A creation that ended before the runtime was called.
            folder.Remove(null);
            return null;
        }

        var connection = MonitorConnection.TryConnect(folder.Directory);
        if (connection is null)
        {
            return ContainerProcess.Ended(folder, record);
        }

        var state = await connection.RequestAsync(MessageKind.Hello, cancellationToken);
        if (state.Kind != MessageKind.State)
        {
            await connection.DisposeAsync();
            return ContainerProcess.Ended(folder, record);
        }

        return new ContainerProcess(folder, record, connection, monitors, state.Number);
    }

    /// <summary>
    /// Calls back, on a thread that it must not hold up, whenever the kernel may have killed in the container for want of memory, until it is
    /// disposed; null when the kernel does not tell. Version 1 does not tell of kills that a limit of neither the container nor of a cgroup above it brought about.
    /// </summary>
    public IDisposable? WatchMemory(ContainerProcess process, Action happened) =>
        host.Directory("memory", process.CgroupsPath) is { } directory ? memory.Add(directory, host.IsUnified, happened) : null;

    /// <summary>Ids that have state on disk.</summary>
    public IReadOnlyList<ContainerId> Known() =>
        [.. new DirectoryInfo(options.StateDirectory).EnumerateDirectories()
            .Select(entry => ContainerId.TryParse(entry.Name, null, out var id) ? id : (ContainerId?)null)
            .OfType<ContainerId>()];

    /// <summary>Removes the parent of all containers' cgroups, which the OCI runtimes leave in every hierarchy; missing is success.</summary>
    public async Task RemoveCgroupsAsync()
    {
        await monitors.DisposeAsync();
        foreach (var hierarchy in CgroupHost.Detect().Hierarchies)
        {
            CgroupDirectory.Remove(hierarchy + "/" + options.CgroupParent.TrimStart('/'));
        }
    }

    /// <summary>Ends the monitor kept ready. Containers go on.</summary>
    public ValueTask DisposeAsync()
    {
        memory.Dispose();
        return monitors.DisposeAsync();
    }

    private OciRuntime? Find(string name) => others.GetOrAdd(name, wanted => programs.TryGetValue(wanted, out var path) ? OciRuntime.Choose(path) : OciRuntime.Find(wanted));

    /// <summary>The container, or what the runtime said instead.</summary>
    private async Task<(ContainerProcess? Container, string? Error)> TryCreateAsync(LaunchSpec launch, OciRuntime chosen)
    {
        var folder = Folder(launch.Id);
        var cgroupsPath = $"{(launch.CgroupParent ?? options.CgroupParent).TrimEnd('/')}/{launch.Id}";
        var spec = SpecBuilder.Build(launch, cgroupsPath.StartsWith('/') ? cgroupsPath : "/" + cgroupsPath, options.InitPath);
        spec = chosen.IsCrun ? filters.Apply(spec, chosen.Version) : spec;
        var record = Record(launch, spec, chosen);
        ClearLeftovers(folder);
        folder.Create();
        var monitor = monitors.Take();
        try
        {
            File.WriteAllBytes(Path.Combine(folder.Directory, "config.json"), JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.OciSpec));
            record.Write(folder.Directory);

            // From here on it is made, whether or not somebody still waits for it.
            var reply = await monitor.LaunchAsync(Instructions(launch, folder, record));
            if (reply.Kind == MessageKind.Created)
            {
                filters.Keep(spec, chosen.Version, Path.Combine(record.RuntimeRoot, launch.Id.ToString()));
                return (new ContainerProcess(folder, record, monitor, monitors, reply.Number), null);
            }

            await UndoAsync(folder, record, monitor);
            return (null, reply.Text);
        }
        catch
        {
            await UndoAsync(folder, record, monitor);
            throw;
        }
    }

    private static async Task UndoAsync(StateFolder folder, ContainerRecord record, MonitorConnection monitor)
    {
        await monitor.DisposeAsync();
        folder.Remove(record);
    }

    /// <summary>Of an earlier life of the same container, ended and not deleted.</summary>
    private static void ClearLeftovers(StateFolder folder)
    {
        if (!Directory.Exists(folder.Directory))
        {
            return;
        }

        if (folder.FindExit() is null && folder.HasMonitor())
        {
            throw GantryException.Conflict($"container {folder.Id} exists already");
        }

        folder.Remove(ContainerRecord.Find(folder.Directory));
    }

    private ContainerRecord Record(LaunchSpec launch, OciSpec spec, OciRuntime chosen) => new()
    {
        RuntimeName = chosen.Name,
        RuntimeVersion = chosen.Version,
        RuntimePath = chosen.Path,
        RuntimeRoot = Path.Combine(options.StateDirectory, "." + chosen.Name),
        CgroupsPath = spec.Linux.CgroupsPath,
        Terminal = launch.Process.Terminal,
        Executable = launch.Process.Args[0],
        NoNewPrivileges = launch.NoNewPrivileges,
        Capabilities = spec.Process.Capabilities!.Bounding,
        AppArmorProfile = launch.AppArmorProfile,
    };

    private LaunchText Instructions(LaunchSpec launch, StateFolder folder, ContainerRecord record)
    {
        var isCrun = record.RuntimeName == "crun";
        var members = launch.PidMode == "private" ? null : host.ProcessDirectory(record.CgroupsPath) + "/cgroup.procs";
        var text = new LaunchText()
            .Add(LaunchText.Directory, folder.Directory)
            .Add(LaunchText.Id, launch.Id.ToString())
            .Add(LaunchText.Runtime, record.RuntimePath)
            .Add(LaunchText.Root, record.RuntimeRoot)
            .Add(LaunchText.Terminal, record.Terminal)
            .Add(LaunchText.Stdin, launch.OpenStdin)
            .Add(LaunchText.StdinOnce, launch.OpenStdin && launch.StdinOnce)
            .Add(LaunchText.Log, launch.Log.Path)
            .Add(LaunchText.LogSize, launch.Log.MaxSize.ToString(CultureInfo.InvariantCulture))
            .Add(LaunchText.LogFiles, launch.Log.MaxFiles.ToString(CultureInfo.InvariantCulture))
            .Add(LaunchText.LogAttributes, launch.Log.Attributes)
            .Add(LaunchText.LogCompress, launch.Log.Compress)
            .Add(LaunchText.Hide, isCrun && host.NeedsHiding)
            .Add(LaunchText.Fifo, isCrun)
            .Add(LaunchText.OomFile, OomFile(record.CgroupsPath))
            .Add(LaunchText.Members, members)
            .Add(LaunchText.Home, MonitorHome());
        return launch.Process.InitialSize is { } size ? text.AddSize(size) : text;
    }

    private string? OomFile(string cgroupsPath) =>
        host.Directory("memory", cgroupsPath) is { } memory ? memory + (host.IsUnified ? "/memory.events" : "/memory.oom_control") : null;

    /// <summary>A cgroup beside the containers', so that ending the daemon's service does not take the monitors along.</summary>
    private string? MonitorHome()
    {
        if (host.Directory("name=systemd", options.CgroupParent.TrimEnd('/') + "/monitors") is not { } home)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(home);
            return home + "/cgroup.procs";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private StateFolder Folder(ContainerId id) => new(id, Path.Combine(options.StateDirectory, id.ToString()), host);
}

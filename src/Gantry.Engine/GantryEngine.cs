using Gantry.Build;
using Gantry.Engine.Builds;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Execs;
using Gantry.Engine.Images;
using Gantry.Engine.Networks;
using Gantry.Engine.Networks.Remote;
using Gantry.Engine.Volumes;
using Gantry.Images;
using Gantry.Networking;
using Gantry.Plugins;
using Gantry.Runtime;
using Gantry.State;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>The whole engine: opens the stores, restores containers, owns every background loop.</summary>
public sealed class GantryEngine : IAsyncDisposable
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(10);
    private readonly Database database;
    private readonly NetworkStack stack;
    private readonly ContainerRegistry registry;
    private readonly BackgroundTasks background;
    private readonly ImageTransfers transfers;

    private GantryEngine(EngineOptions options, ILoggerFactory loggers)
    {
        var time = TimeProvider.System;
        Options = options;
        Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(options.RunDirectory);
        string Data(string name) => Path.Combine(options.DataDirectory, name);

        database = Database.Open(Data("state.db"));
        var content = new ContentStore(Data("content"));
        var layers = new LayerStore(Data("layers"), content);
        var images = new ImageStore(database, content, layers);
        var snapshots = new SnapshotStore(Data("snapshots"), layers);
        var runtime = new ContainerRuntime(new RuntimeOptions
        {
            StateDirectory = Path.Combine(options.RunDirectory, "containers"),
            MonitorPath = options.MonitorPath,
            RuntimePath = options.RuntimePath,
            RuntimeName = options.RuntimeName,
            Runtimes = options.Runtimes,
            CgroupParent = options.CgroupParent,
            InitPath = InitProgram.Find(),
        });
        SecurityProfiles.Load(options.RunDirectory, loggers.CreateLogger("Gantry.Security"));
        stack = new NetworkStack(options.Networking);
        stack.Initialize();

        Events = new EventService(time);
        background = new BackgroundTasks(loggers.CreateLogger("Gantry.Background"));
        registry = new ContainerRegistry(database);
        var networks = new NetworkRegistry(database, stack, options.Networking, time);
        var parts = new EngineParts(registry, images, snapshots, runtime, new DaemonRoot(options.DataDirectory), Events, background, time, loggers);
        var files = new ContainerFiles(options.DataDirectory, options.Dns);
        var roots = new ContainerRoots(snapshots, files, options.DataDirectory);
        Plugins = new PluginRegistry(options.Plugins);
        var networkLogger = loggers.CreateLogger("Gantry.Networks");
        var drivers = new NetworkDrivers(Plugins);
        var addresses = new RemoteAddresses(drivers, networkLogger);
        var networking = new ContainerNetworking(registry, networks, stack, drivers, addresses, files, Events, networkLogger);
        Volumes = new VolumeService(options.DataDirectory, database, registry, Plugins, Events, time);
        Networks = new NetworkService(networks, registry, networking, stack, options.Networking, drivers, addresses, Events, networkLogger, time);
        Containers = new ContainerService(parts, networking, Volumes, new LaunchBuilder(files, registry, options.CertificateBundle), files, roots, new HealthChecks(registry, roots, Events, time));
        Execs = new ExecService(parts, roots);
        transfers = new ImageTransfers(images, Events, options.Registries);
        var executor = new StepExecutor(runtime, networks, stack, Path.Combine(options.RunDirectory, "build"), options.CertificateBundle, options.Dns);
        var builder = new Builder(new BuildOptions { Directory = Data("builder") }, database, images, snapshots, executor, new BaseImages(images, transfers));
        Images = new ImageService(parts, transfers, builder.CachedLayers);
        Builds = new BuildService(parts, builder, transfers, options.DataDirectory, options.CachePolicies);
        Facts = SystemFacts.Read(options, runtime);
        Runtime = runtime;
        NetworkRegistry = networks;
        Snapshots = snapshots;
        Files = files;
    }

    public EngineOptions Options { get; }

    /// <summary>How registries are reached, as of the last reload.</summary>
    public Registry.RegistryOptions Registries => transfers.Options;

    public ContainerService Containers { get; }

    public ExecService Execs { get; }

    public ImageService Images { get; }

    public NetworkService Networks { get; }

    public VolumeService Volumes { get; }

    public PluginRegistry Plugins { get; }

    public BuildService Builds { get; }

    public EventService Events { get; }

    public SystemFacts Facts { get; }

    private ContainerRuntime Runtime { get; }

    private NetworkRegistry NetworkRegistry { get; }

    private SnapshotStore Snapshots { get; }

    private ContainerFiles Files { get; }

    /// <summary>Opens the engine on its directories and takes over what an earlier one left running.</summary>
    public static async Task<GantryEngine> OpenAsync(EngineOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var engine = new GantryEngine(options, loggers);
        try
        {
            await engine.RestoreAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Transfers that begin from now on follow these options; those under way go on.</summary>
    public void Reload(Registry.RegistryOptions registries) => transfers.Reload(registries);

    /// <summary>Removes every container, network and kernel object of this engine; its folders are the caller's to delete.</summary>
    public async Task RemoveAllAsync()
    {
        foreach (var container in Containers.All)
        {
            await Containers.RemoveAsync(container.Id.ToString(), force: true, volumeToo: true, link: false, CancellationToken.None);
        }

        foreach (var network in NetworkRegistry.All.Where(network => network.Bridge is not null))
        {
            await Networks.DiscardAsync(network);
        }

        await background.DrainAsync(RemovalPatience);
        await Volumes.UnmountAllAsync();
        RemoveFiles(owned: [], kept: []);
        stack.RemoveAll();
        await Runtime.RemoveCgroupsAsync();
    }

    /// <summary>
    /// For a machine that goes down: every container gets its stop signal, and what is left after <paramref name="patience"/> is killed.
    /// They stay written down as running, so that their restart policies hold at the next boot. Only disposal may follow.
    /// </summary>
    public async Task EndContainersAsync(TimeSpan patience)
    {
        await StopLoopsAsync();
        await Containers.EndAllAsync(patience);
    }

    /// <summary>Stops the loops and lets containers live on.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopLoopsAsync();
        await background.DrainAsync(DrainPatience);
        foreach (var entry in registry.All)
        {
            if (entry.Process is { } process)
            {
                await process.DisposeAsync();
            }

            if (entry.Sandbox is { } sandbox)
            {
                await sandbox.DisposeAsync();
            }
        }

        background.Dispose();
        transfers.Dispose();
        Plugins.Dispose();
        await Runtime.DisposeAsync();
        await stack.DisposeAsync();
        database.Dispose();
    }

    private async Task StopLoopsAsync()
    {
        foreach (var entry in registry.All)
        {
            await entry.RunScope.CancelAsync();
        }

        await background.StopAsync();
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var network in NetworkRegistry.All.Where(network => network.Bridge is not null))
        {
            stack.EnsureNetwork(network.Bridge!);
        }

        await RemoveStrangersAsync(cancellationToken);
        await Containers.RestoreAsync(cancellationToken);
        stack.CollectGarbage();
        await Volumes.CollectGarbageAsync(cancellationToken);
    }

    // Build steps and removed containers that a killed daemon left, and snapshots and folders that belong to nobody.
    private async Task RemoveStrangersAsync(CancellationToken cancellationToken)
    {
        var known = registry.All.Select(entry => entry.Id).ToHashSet();
        foreach (var id in Runtime.Known().Where(id => !known.Contains(id)))
        {
            if (await Runtime.ReconnectAsync(id, cancellationToken) is { } stranger)
            {
                await stranger.DeleteAsync(force: true, cancellationToken);
                await stranger.DisposeAsync();
            }
        }

        RemoveFiles(owned: [.. known.Select(id => id.ToString())], kept: [.. registry.Unreadable]);
    }

    // Of all but these containers; what is kept is not used, and so not mounted.
    private void RemoveFiles(HashSet<string> owned, HashSet<string> kept)
    {
        // A container's image mounts have snapshots of their own: ContainerRoots.ImageMountId.
        static string OwnerOf(Snapshot snapshot) => snapshot.Id.Split('.')[0];
        foreach (var snapshot in Snapshots.All().Where(snapshot => !owned.Contains(OwnerOf(snapshot))).ToArray())
        {
            if (kept.Contains(OwnerOf(snapshot)))
            {
                Snapshots.Unmount(snapshot);
            }
            else
            {
                Snapshots.Remove(snapshot.Id);
            }
        }

        foreach (var id in Files.All().Where(id => !owned.Contains(id.ToString())))
        {
            Gantry.Linux.Mounts.Mount.Unmount(Files.ShmOf(id));
            if (!kept.Contains(id.ToString()))
            {
                Files.Delete(id);
            }
        }
    }
}

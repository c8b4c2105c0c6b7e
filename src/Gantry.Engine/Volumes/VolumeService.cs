using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Persistence;
using Gantry.Linux.Files;
using Gantry.State;

namespace Gantry.Engine.Volumes;

/// <summary>Owner of the volumes: which there are, of which driver, and who uses them.</summary>
public sealed partial class VolumeService
{
    private const string AnonymousLabel = "com.docker.volume.anonymous";
    private static readonly Dictionary<string, string> NoLabels = [];
    private readonly DocumentTable<Volume> table;
    private readonly ContainerRegistry containers;
    private readonly LocalVolumeDriver local;
    private readonly VolumeDrivers drivers;
    private readonly EventService events;
    private readonly TimeProvider time;

    // By volume: a plugin that is slow keeps nobody from other volumes.
    private readonly KeyedLock locks = new();

    internal VolumeService(string dataDirectory, Database database, ContainerRegistry containers, Plugins.PluginRegistry plugins, EventService events, TimeProvider time)
    {
        table = database.Table("volumes", EngineJson.Default.Volume);
        local = new LocalVolumeDriver(Path.Combine(dataDirectory, "volumes"));
        drivers = new VolumeDrivers(local, plugins);
        this.containers = containers;
        this.events = events;
        this.time = time;
    }

    /// <summary>Creates a volume; an empty name makes an anonymous one, an existing one of the same driver is returned as it is.</summary>
    /// <exception cref="GantryException">InvalidArgument for a bad name or options; NotFound for an unknown driver; Conflict when another driver has the name.</exception>
    public Task<Volume> CreateAsync(string name, string driver, IReadOnlyDictionary<string, string>? options, IReadOnlyDictionary<string, string>? labels, CancellationToken cancellationToken) =>
        CreateAsync(new VolumeSpec(name, driver, options, labels), null, cancellationToken);

    /// <param name="user">Null: nobody yet.</param>
    private async Task<Volume> CreateAsync(VolumeSpec spec, ContainerId? user, CancellationToken cancellationToken)
    {
        var name = spec.Name.Length > 0 ? spec.Name : ContainerId.New().ToString();
        using var held = await locks.AcquireAsync(name, cancellationToken);
        var volume = await GetOrCreateAsync(spec, name, cancellationToken);
        if (user is { } id)
        {
            Claim(name, id);
        }

        return volume;
    }

    private async Task<Volume> GetOrCreateAsync(VolumeSpec spec, string name, CancellationToken cancellationToken)
    {
        try
        {
            var driver = await drivers.GetAsync(spec.Driver, cancellationToken);
            var existing = spec.Name.Length > 0 ? table.Find(name) ?? (spec.Driver.Length == 0 ? await FindAtPluginsAsync(name, cancellationToken) : null) : null;
            if (existing is not null)
            {
                return spec.Driver.Length == 0 || spec.Driver == existing.Driver ? Kept(existing)
                    : throw GantryException.Conflict($"driver '{existing.Driver}' already has volume '{name}': volume name must be unique");
            }

            if (driver == local)
            {
                LocalVolumeDriver.CheckName(name);
            }

            return await CreateAsync(spec with { Name = name }, driver, anonymous: spec.Name.Length == 0);
        }
        catch (GantryException error) when (!error.Message.StartsWith($"create {name}: ", StringComparison.Ordinal))
        {
            throw new GantryException(error.Kind, $"create {name}: {error.Message}", error);
        }
    }

    /// <exception cref="GantryException">NotFound, <c>get x: no such volume</c>.</exception>
    public async Task<Volume> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (table.Find(name) is not { } volume)
        {
            return await FindAtPluginsAsync(name, cancellationToken) ?? throw Missing(name);
        }

        if (volume.Driver == VolumeDrivers.Local)
        {
            return volume;
        }

        var told = await (await drivers.PluginAsync(volume.Driver, cancellationToken)).GetAsync(name, cancellationToken);
        return volume with { Mountpoint = told?.Mountpoint ?? "", Status = told?.Status };
    }

    /// <summary>The engine's own volumes.</summary>
    public IReadOnlyList<Volume> Local => [.. table.All().Select(pair => pair.Value).Where(volume => volume.Driver == VolumeDrivers.Local)];

    /// <summary>Filters: dangling, driver, label, name. Those that plugins have without us are among them.</summary>
    public async Task<IReadOnlyList<Volume>> ListAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        filters.Allow("dangling", "driver", "label", "name");
        var dangling = filters.Flag("dangling");
        var known = table.All().Select(pair => pair.Value).ToDictionary(volume => volume.Name);
        var plugins = await drivers.PluginsAsync(cancellationToken);
        var lists = await Task.WhenAll(plugins.Select(plugin => ListAsync(plugin, cancellationToken)));
        foreach (var (plugin, list) in plugins.Zip(lists))
        {
            foreach (var told in list)
            {
                known[told.Name] = known.GetValueOrDefault(told.Name) is { } ours && ours.Driver == plugin.Name ? ours with { Mountpoint = told.Mountpoint ?? "" } : known.GetValueOrDefault(told.Name) ?? Foreign(told, plugin.Name);
            }
        }

        return
        [
            .. known.Values.Where(volume =>
                filters.Match("driver", driver => volume.Driver == driver)
                && filters.Match("name", name => volume.Name.Contains(name, StringComparison.Ordinal))
                && filters.MatchLabels(volume.Labels ?? NoLabels)
                && (dangling is null || dangling == (Users(volume.Name).Count == 0))),
        ];
    }

    /// <summary>Refuses a volume in use; with force a missing one is fine.</summary>
    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        using var held = await locks.AcquireAsync(name, cancellationToken);
        var volume = table.Find(name) ?? await FindAtPluginsAsync(name, cancellationToken);
        if (volume is null)
        {
            _ = force ? 0 : throw Missing(name);
            return;
        }

        if (Users(name) is { Count: > 0 } users)
        {
            throw GantryException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", users)}]");
        }

        await DeleteAsync(volume, force);
    }

    /// <summary>Removes unused anonymous volumes, with the filter <c>all</c> named ones too. Plugins' own stay, and those with options: what is in them lies elsewhere.</summary>
    public async Task<PruneReport> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        filters.Allow("all", "label", "label!");
        var named = filters.Flag("all") ?? false;
        List<string> removed = [];
        long freed = 0;
        foreach (var (name, volume) in table.All().Where(pair => pair.Value.Driver == VolumeDrivers.Local && pair.Value.Options is null or { Count: 0 }))
        {
            using var held = await locks.AcquireAsync(name, cancellationToken);
            if (table.Find(name) is not null && (named || volume.Anonymous) && Users(name).Count == 0 && PruneRules.Matches(filters, volume.Labels ?? NoLabels, volume.Created, time.GetUtcNow()))
            {
                freed += TreeSize.Of(volume.Mountpoint);
                await DeleteAsync(volume, force: false);
                removed.Add(volume.Name);
            }
        }

        events.PublishPrune("volume", freed);
        return new PruneReport(removed, freed);
    }

    /// <summary>Bytes used (-1: a plugin's, nobody knows) and containers that refer to a volume.</summary>
    public (long Size, int References) Usage(Volume volume) => (volume.Driver == VolumeDrivers.Local ? TreeSize.Of(volume.Mountpoint) : -1, Users(volume.Name).Count);

    private static async Task<IReadOnlyList<Plugins.Volumes.PluginVolume>> ListAsync(Plugins.Volumes.VolumePlugin plugin, CancellationToken cancellationToken)
    {
        try
        {
            return await plugin.ListAsync(cancellationToken);
        }
        catch (GantryException)
        {
            // A plugin that is down does not hide the others' volumes.
            return [];
        }
    }

    private static GantryException Missing(string name) => GantryException.NotFound($"get {name}: no such volume");

    private static Volume Foreign(Plugins.Volumes.PluginVolume told, string driver) =>
        new(told.Name, DateTimeOffset.TryParse(told.CreatedAt, null, out var created) ? created : default, driver, told.Mountpoint ?? "", null, null, false) { Status = told.Status };

    private Volume Known(string name) => table.Find(name) ?? throw Missing(name);

    private async Task<Volume?> FindAtPluginsAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var plugin in await drivers.PluginsAsync(cancellationToken))
        {
            try
            {
                if (await plugin.GetAsync(name, cancellationToken) is { } told)
                {
                    return Foreign(told, plugin.Name);
                }
            }
            catch (GantryException)
            {
                // It says so when it has none of that name.
            }
        }

        return null;
    }

    // One that a plugin had before us is ours to mount from now on.
    private Volume Kept(Volume volume)
    {
        if (table.Find(volume.Name) is null)
        {
            table.Put(volume.Name, volume);
        }

        return volume;
    }

    private async Task<Volume> CreateAsync(VolumeSpec spec, IVolumeDriver driver, bool anonymous)
    {
        var path = await driver.CreateAsync(spec.Name, spec.Options, CancellationToken.None);
        var labels = anonymous ? new Dictionary<string, string>(spec.Labels ?? new Dictionary<string, string>()) { [AnonymousLabel] = "" } : spec.Labels;
        var driverName = spec.Driver.Length > 0 ? spec.Driver : VolumeDrivers.Local;
        var volume = new Volume(spec.Name, time.GetUtcNow(), driverName, path, labels, spec.Options, anonymous)
        {
            Scope = driver == local ? "local" : await (await drivers.PluginAsync(driverName, CancellationToken.None)).ScopeAsync(CancellationToken.None),
        };
        try
        {
            table.Put(spec.Name, volume);
        }
        catch
        {
            await driver.RemoveAsync(volume, CancellationToken.None);
            throw;
        }

        events.Publish("volume", "create", spec.Name, ("driver", driverName));
        return volume;
    }

    private async Task DeleteAsync(Volume volume, bool force)
    {
        try
        {
            await (await drivers.GetAsync(volume.Driver, CancellationToken.None)).RemoveAsync(volume, CancellationToken.None);
        }
        catch (GantryException error) when (volume.Driver != VolumeDrivers.Local)
        {
            // With force, a volume whose plugin is gone is forgotten.
            _ = force ? 0 : throw new GantryException(error.Kind, $"remove {volume.Name}: {error.Message}", error);
        }

        table.Delete(volume.Name);
        uses.TryRemove(volume.Name, out _);
        events.Publish("volume", "destroy", volume.Name, ("driver", volume.Driver));
    }
}

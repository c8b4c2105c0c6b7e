using System.Text.RegularExpressions;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Persistence;
using Gantry.State;

namespace Gantry.Engine.Volumes;

/// <param name="Anonymous">Made for a container without a name.</param>
public sealed record Volume(string Name, DateTimeOffset Created, string Driver, string Mountpoint, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Options, bool Anonymous);

/// <summary>Owner of the volumes: folders under the data directory.</summary>
public sealed partial class VolumeService
{
    private readonly string directory;
    private readonly DocumentTable<Volume> table;
    private readonly ContainerRegistry containers;
    private readonly EventService events;
    private readonly TimeProvider time;
    private readonly Lock gate = new();

    internal VolumeService(string dataDirectory, Database database, ContainerRegistry containers, EventService events, TimeProvider time)
    {
        directory = Path.Combine(dataDirectory, "volumes");
        table = database.Table("volumes", EngineJson.Default.Volume);
        this.containers = containers;
        this.events = events;
        this.time = time;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    /// <summary>Creates a volume; an empty name makes an anonymous one, an existing name is returned as it is.</summary>
    /// <exception cref="GantryException">InvalidArgument for a bad name or options; NotFound for an unknown driver.</exception>
    public Task<Volume> CreateAsync(string name, string driver, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        if (driver is not ("" or "local"))
        {
            throw GantryException.NotFound($"create {name}: error looking up volume plugin {driver}: plugin \"{driver}\" not found");
        }

        if (options.Count > 0)
        {
            throw new GantryException(ErrorKind.NotImplemented, "options of the local volume driver are not supported yet");
        }

        if (name.Length > 0 && !Allowed().IsMatch(name))
        {
            throw GantryException.Invalid($"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }

        return Task.FromResult(GetOrCreate(name, labels));
    }

    internal Volume GetOrCreate(string name, IReadOnlyDictionary<string, string> labels)
    {
        lock (gate)
        {
            if (name.Length > 0 && table.Find(name) is { } existing)
            {
                return existing;
            }

            var anonymous = name.Length == 0;
            name = anonymous ? ContainerId.New().ToString() : name;
            var folder = Path.Combine(directory, name);
            var data = Path.Combine(folder, "_data");
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            Directory.CreateDirectory(data);
            File.SetUnixFileMode(data, (UnixFileMode)Convert.ToInt32("755", 8));
            var volume = new Volume(name, time.GetUtcNow(), "local", data, anonymous ? new Dictionary<string, string>(labels) { ["com.docker.volume.anonymous"] = "" } : labels, new Dictionary<string, string>(), anonymous);
            try
            {
                table.Put(name, volume);
            }
            catch
            {
                Directory.Delete(folder, recursive: true);
                throw;
            }

            events.Publish("volume", "create", name, ("driver", "local"));
            return volume;
        }
    }

    /// <exception cref="GantryException">NotFound, <c>get x: no such volume</c>.</exception>
    public Volume Get(string name) => table.Find(name) ?? throw GantryException.NotFound($"get {name}: no such volume");

    /// <summary>Filters: dangling, driver, label, name.</summary>
    public IReadOnlyList<Volume> List(ObjectFilters filters)
    {
        filters.Allow("dangling", "driver", "label", "name");
        var dangling = filters.Flag("dangling");
        return
        [
            .. table.All().Select(pair => pair.Value).Where(volume =>
                filters.Match("driver", driver => volume.Driver == driver)
                && filters.Match("name", name => volume.Name.Contains(name, StringComparison.Ordinal))
                && filters.MatchLabels(volume.Labels)
                && (dangling is null || dangling == (Users(volume).Count == 0))),
        ];
    }

    /// <summary>Refuses a volume in use; with force a missing one is fine.</summary>
    public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var volume = table.Find(name);
            if (volume is null)
            {
                return force ? Task.CompletedTask : throw GantryException.NotFound($"get {name}: no such volume");
            }

            if (Users(volume) is { Count: > 0 } users)
            {
                throw GantryException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", users.Select(user => user.Id))}]");
            }

            Delete(volume);
            return Task.CompletedTask;
        }
    }

    /// <summary>Removes unused anonymous volumes, with the filter <c>all</c> named ones too.</summary>
    public Task<PruneReport> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        filters.Allow("all", "label", "label!");
        var named = filters.Flag("all") ?? false;
        List<string> removed = [];
        long freed = 0;
        lock (gate)
        {
            foreach (var (_, volume) in table.All())
            {
                if ((named || volume.Anonymous) && Users(volume).Count == 0 && PruneRules.Matches(filters, volume.Labels, volume.Created, time.GetUtcNow()))
                {
                    freed += DiskUsage.Of(volume.Mountpoint);
                    Delete(volume);
                    removed.Add(volume.Name);
                }
            }
        }

        events.PublishPrune("volume", freed);
        return Task.FromResult(new PruneReport(removed, freed));
    }

    /// <summary>Bytes used and containers that refer to a volume.</summary>
    public (long Size, int References) Usage(Volume volume) => (DiskUsage.Of(volume.Mountpoint), Users(volume).Count);

    private List<Container> Users(Volume volume) =>
        [.. containers.All.Select(entry => entry.Container).Where(container => container.Mounts.Any(mount => mount.Type == "volume" && mount.Name == volume.Name))];

    private void Delete(Volume volume)
    {
        var folder = Path.Combine(directory, volume.Name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        table.Delete(volume.Name);
        events.Publish("volume", "destroy", volume.Name, ("driver", volume.Driver));
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Allowed();
}

using System.Collections.Concurrent;

namespace Gantry.Engine.Volumes;

public sealed partial class VolumeService
{
    // Each touched by the holder of its volume's lock alone.
    private readonly ConcurrentDictionary<string, VolumeUse> uses = new(StringComparer.Ordinal);

    /// <summary>Makes a volume's content appear, for the first of its users really. Idempotent per user.</summary>
    /// <returns>The host path.</returns>
    internal async Task<string> MountAsync(string name, string user, CancellationToken cancellationToken)
    {
        using var held = await locks.AcquireAsync(name, cancellationToken);
        var use = uses.GetOrAdd(name, _ => new VolumeUse());
        var volume = Known(name);
        if (use.Users.Contains(user) && use.Path.Length > 0)
        {
            return use.Path;
        }

        var driver = await drivers.GetAsync(volume.Driver, cancellationToken);
        use.Path = await driver.MountAsync(volume, user, use.Users.Count == 0, CancellationToken.None);
        use.Users.Add(user);
        if (use.Path != volume.Mountpoint)
        {
            table.Put(name, volume with { Mountpoint = use.Path });
        }

        return use.Path;
    }

    /// <summary>A user is done with it; the last one's end unmounts. Not being a user is fine.</summary>
    internal async Task UnmountAsync(string name, string user, CancellationToken cancellationToken)
    {
        using var held = await locks.AcquireAsync(name, cancellationToken);
        var use = uses.GetOrAdd(name, _ => new VolumeUse());
        if (!use.Users.Remove(user) || table.Find(name) is not { } volume)
        {
            return;
        }

        var driver = await drivers.GetAsync(volume.Driver, cancellationToken);
        await driver.UnmountAsync(volume, user, use.Users.Count == 0, cancellationToken);
    }

    /// <summary>A running container of a former daemon uses it: what is mounted stays.</summary>
    internal void Adopt(string name, string user)
    {
        if (table.Find(name) is { } volume)
        {
            var use = uses.GetOrAdd(name, _ => new VolumeUse());
            use.Path = volume.Mountpoint;
            use.Users.Add(user);
        }
    }

    /// <summary>At boot, after containers were adopted: what a former daemon left mounted for nobody is unmounted.</summary>
    internal async Task CollectGarbageAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, volume) in table.All().Where(pair => pair.Value is { Driver: VolumeDrivers.Local, Options.Count: > 0 }))
        {
            using var held = await locks.AcquireAsync(name, cancellationToken);
            if (uses.GetValueOrDefault(name) is null or { Users.Count: 0 })
            {
                await local.UnmountAsync(volume, "", last: true, cancellationToken);
            }
        }
    }

    /// <summary>All that is mounted for nobody but this engine goes (used by --remove-all).</summary>
    internal async Task UnmountAllAsync()
    {
        foreach (var (name, volume) in table.All().Where(pair => pair.Value is { Driver: VolumeDrivers.Local, Options.Count: > 0 }))
        {
            await local.UnmountAsync(volume, name, last: true, CancellationToken.None);
        }
    }

    private sealed class VolumeUse
    {
        public HashSet<string> Users { get; } = new(StringComparer.Ordinal);

        public string Path { get; set; } = "";
    }
}

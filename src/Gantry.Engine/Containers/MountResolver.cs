using Gantry.Core;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Containers;

/// <summary>Turns <c>-v</c>, <c>--mount</c>, <c>--tmpfs</c>, <c>--volumes-from</c> and the image's volumes into mount points, creating volumes as needed.</summary>
internal sealed class MountResolver(VolumeService volumes, ContainerRegistry containers, DaemonRoot root)
{
    /// <summary>Checks everything first, so that a refused request creates no volume.</summary>
    /// <param name="user">The container: its volumes are claimed for it, see <see cref="VolumeService.Unclaim"/>.</param>
    public async Task<IReadOnlyList<MountPoint>> ResolveAsync(ContainerSettings settings, ContainerId user)
    {
        var host = settings.Host;
        Dictionary<string, Func<Task<MountPoint>>> plan = [];

        // What is asked for here goes before what another container has.
        HashSet<string> asked = [];
        foreach (var from in host.VolumesFrom)
        {
            var parts = from.Split(':', 2);
            var mode = BindMode.Parse(parts.Length > 1 ? parts[1] : "");
            var other = containers.Find(parts[0])?.Container ?? throw GantryException.Invalid($"No such container: {parts[0]}");
            foreach (var mount in other.Mounts.Where(mount => mount.Type != "tmpfs"))
            {
                plan[mount.Destination] = async () =>
                {
                    await (mount.Type == "volume" ? volumes.ClaimAsync(mount.Name, user) : Task.CompletedTask);
                    return mount with { ReadWrite = mount.ReadWrite && mode.IsWritable, Anonymous = false, CopyUp = false, Own = false, Options = mode.IsWritable ? mount.Options : ReadOnly(mount.Options) };
                };
            }
        }

        foreach (var bind in host.Binds)
        {
            var mount = Bind(bind, host.VolumeDriver, user);
            Add(plan, asked, mount.Destination, mount.Create, $"invalid volume specification: '{bind}': invalid mount config for type \"{(bind.StartsWith('/') ? "bind" : "volume")}\": ");
        }

        foreach (var mount in host.Mounts)
        {
            Add(plan, asked, ContainerPath.Clean(mount.Target), Mount(mount, user), $"invalid mount config for type \"{mount.Type}\": ");
        }

        foreach (var (path, options) in host.Tmpfs)
        {
            if (!path.StartsWith('/'))
            {
                throw GantryException.Invalid($"invalid mount path: '{path}' mount path must be absolute");
            }

            var parts = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
            TmpfsOptions.Check(parts);
            Add(plan, asked, ContainerPath.Clean(path), () => Task.FromResult(Tmpfs(ContainerPath.Clean(path), parts)), "invalid mount config for type \"tmpfs\": ");
        }

        foreach (var path in settings.Volumes.Select(ContainerPath.Clean).Where(path => !plan.ContainsKey(path)))
        {
            plan[path] = async () => Volume(await volumes.ClaimAsync(VolumeSpec.Named("", host.VolumeDriver), user), path, "", true, copyUp: true) with { Anonymous = true };
        }

        List<MountPoint> points = [];
        try
        {
            foreach (var (_, create) in plan.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                points.Add(await create());
            }

            return points;
        }
        catch
        {
            volumes.Unclaim(user);
            foreach (var point in points.Where(point => point is { Type: "volume", Anonymous: true }))
            {
                await volumes.RemoveAsync(point.Name, force: true, CancellationToken.None);
            }

            throw;
        }
    }

    private static void Add(Dictionary<string, Func<Task<MountPoint>>> plan, HashSet<string> asked, string destination, Func<Task<MountPoint>> create, string refusal)
    {
        if (destination == "/")
        {
            throw GantryException.Invalid($"{refusal}invalid specification: destination can't be '/'");
        }

        if (!asked.Add(destination))
        {
            throw GantryException.Invalid($"Duplicate mount point: {destination}");
        }

        plan[destination] = create;
    }

    private (string Destination, Func<Task<MountPoint>> Create) Bind(string bind, string driver, ContainerId user)
    {
        var parts = bind.Split(':');
        var (source, destination, mode) = parts switch
        {
            [var only] => ("", only, ""),
            [var first, var second] => (first, second, ""),
            [var first, var second, var third] => (first, second, third),
            _ => throw GantryException.Invalid($"invalid volume specification: '{bind}'"),
        };
        var asked = BindMode.Parse(mode);
        if (!destination.StartsWith('/') || (parts.Length > 1 && source.Length == 0))
        {
            throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"{(source.StartsWith('/') ? "bind" : "volume")}\": invalid mount path: '{destination}' mount path must be absolute");
        }

        var path = ContainerPath.Clean(destination);
        var writable = asked.IsWritable;
        if (source.StartsWith('/'))
        {
            if (asked.NoCopy)
            {
                throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"bind\": field VolumeOptions must not be specified");
            }

            root.Check(source, asked.Propagation);
            return (path, Create);

            Task<MountPoint> Create()
            {
                // Docker makes a missing -v source as a folder.
                if (!Path.Exists(source))
                {
                    Directory.CreateDirectory(source);
                }

                return Task.FromResult(HostPath(ContainerPath.Clean(source), path, mode, writable, asked.Propagation, recursiveReadOnly: true));
            }
        }

        if (asked.Propagation is not null)
        {
            throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"volume\": field BindOptions must not be specified");
        }

        if (source.Length > 0 && IsLocal(driver))
        {
            LocalVolumeDriver.CheckName(source);
        }

        return (path, async () => Volume(await volumes.ClaimAsync(VolumeSpec.Named(source, driver), user), path, mode.Length > 0 ? mode : "z", writable, !asked.NoCopy) with { Anonymous = source.Length == 0 });
    }

    private Func<Task<MountPoint>> Mount(MountSettings mount, ContainerId user)
    {
        var target = ContainerPath.Clean(mount.Target);
        MountCheck.Check(mount);
        switch (mount.Type)
        {
            case "bind":
                root.Check(mount.Source, mount.BindPropagation);
                return () =>
                {
                    if (!Path.Exists(mount.Source))
                    {
                        Directory.CreateDirectory(mount.Source);
                    }

                    var point = HostPath(ContainerPath.Clean(mount.Source), target, "", !mount.ReadOnly, mount.BindPropagation, recursiveReadOnly: !mount.BindReadOnlyNonRecursive && !mount.BindNonRecursive);
                    return Task.FromResult(mount.BindNonRecursive ? point with { Options = NotRecursive(point.Options) } : point);
                };
            case "volume":
                if (mount.Source.Length > 0 && IsLocal(mount.VolumeDriver ?? ""))
                {
                    LocalVolumeDriver.CheckName(mount.Source);
                    _ = LocalVolumeOptions.Parse(mount.VolumeOptions);
                }

                var spec = new VolumeSpec(mount.Source, mount.VolumeDriver ?? "", Given(mount.VolumeOptions), Given(mount.VolumeLabels));
                return async () => Volume(await volumes.ClaimAsync(spec, user), target, "z", !mount.ReadOnly, !mount.VolumeNoCopy) with { Anonymous = mount.Source.Length == 0, Subpath = mount.VolumeSubpath ?? "" };
            case "tmpfs":
                List<string> options = mount.TmpfsSize > 0 ? [$"size={mount.TmpfsSize}"] : [];
                if (mount.TmpfsMode > 0)
                {
                    options.Add("mode=" + Convert.ToString(mount.TmpfsMode, 8));
                }

                return () => Task.FromResult(Tmpfs(target, [.. options, .. mount.TmpfsOptions, .. mount.ReadOnly ? new[] { "ro" } : []]));
            default:
                return () => Task.FromResult(new MountPoint
                {
                    Type = "image",
                    ReadWrite = false,
                    Name = mount.Source,
                    Destination = target,
                    Subpath = mount.ImageSubpath ?? "",
                    Propagation = "rprivate",
                    Options = ["rbind", "ro", "rprivate"],
                });
        }
    }

    // Also the propagation: crun takes the "r" of any option for all of them.
    private static string[] NotRecursive(IReadOnlyList<string> options) =>
        [.. options.Select(option => option is "rbind" or "rprivate" or "rshared" or "rslave" ? option[1..] : option)];

    private static string[] ReadOnly(IReadOnlyList<string> options) => [.. options.Select(option => option == "rw" ? "rro" : option)];

    private MountPoint HostPath(string source, string destination, string mode, bool writable, string? propagation, bool recursiveReadOnly)
    {
        // Without one the start chooses: MountPropagation.
        var option = propagation ?? (root.Touches(source) ? null : "rprivate");
        return new MountPoint
        {
            Type = "bind",
            Source = source,
            Destination = destination,
            Mode = mode,
            ReadWrite = writable,
            Propagation = option ?? "rslave",
            // Read-only with all that is mounted below it (mount_setattr(2)), as Docker since 25.
            Options = ["rbind", writable ? "rw" : recursiveReadOnly ? "rro" : "ro", .. option is null ? (string[])[] : [option]],
        };
    }

    private static MountPoint Volume(Volume volume, string destination, string mode, bool writable, bool copyUp) => new()
    {
        Type = "volume",
        Name = volume.Name,
        Source = volume.Mountpoint,
        Destination = destination,
        Driver = volume.Driver,
        Mode = mode,
        ReadWrite = writable,
        CopyUp = copyUp,
        Options = ["rbind", writable ? "rw" : "rro", "rprivate"],
    };

    private static MountPoint Tmpfs(string destination, IReadOnlyList<string> options) => new()
    {
        Type = "tmpfs",
        Destination = destination,
        ReadWrite = !options.Contains("ro"),
        Options = [.. new[] { "nosuid", "nodev", "noexec" }.Where(option => !options.Contains(option[2..])), .. options],
    };

    private static IReadOnlyDictionary<string, string>? Given(IReadOnlyDictionary<string, string> words) => words.Count > 0 ? words : null;

    private static bool IsLocal(string driver) => driver is "" or VolumeDrivers.Local;
}

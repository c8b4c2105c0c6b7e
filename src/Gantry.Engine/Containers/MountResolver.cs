using Gantry.Core;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Containers;

/// <summary>Turns <c>-v</c>, <c>--mount</c>, <c>--tmpfs</c>, <c>--volumes-from</c> and the image's volumes into mount points, creating volumes as needed.</summary>
internal sealed class MountResolver(VolumeService volumes, ContainerRegistry containers)
{
    private static readonly string[] Modes = ["rw", "ro", "z", "Z", "nocopy", "consistent", "cached", "delegated", "rshared", "shared", "rslave", "slave", "rprivate", "private"];

    /// <summary>Checks everything first, so that a refused request creates no volume.</summary>
    public async Task<IReadOnlyList<MountPoint>> ResolveAsync(ContainerSettings settings)
    {
        var host = settings.Host;
        Dictionary<string, Func<Task<MountPoint>>> plan = [];
        foreach (var from in host.VolumesFrom)
        {
            var parts = from.Split(':', 2);
            var readOnly = parts is [_, "ro"];
            foreach (var mount in containers.Get(parts[0]).Container.Mounts.Where(mount => mount.Type != "tmpfs"))
            {
                plan[mount.Destination] = () => Task.FromResult(mount with { ReadWrite = mount.ReadWrite && !readOnly, Anonymous = false, CopyUp = false });
            }
        }

        foreach (var bind in host.Binds)
        {
            var mount = Bind(bind, host.VolumeDriver);
            Add(plan, mount.Destination, mount.Create);
        }

        foreach (var mount in host.Mounts)
        {
            Add(plan, Clean(mount.Target), Mount(mount));
        }

        foreach (var (path, options) in host.Tmpfs)
        {
            Add(plan, Clean(path), () => Task.FromResult(Tmpfs(Clean(path), options.Split(',', StringSplitOptions.RemoveEmptyEntries))));
        }

        foreach (var path in settings.Volumes.Select(Clean).Where(path => !plan.ContainsKey(path)))
        {
            plan[path] = async () => Volume(await volumes.CreateAsync(VolumeSpec.Named("", host.VolumeDriver), CancellationToken.None), path, "", true, copyUp: true) with { Anonymous = true };
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
            foreach (var point in points.Where(point => point is { Type: "volume", Anonymous: true }))
            {
                await volumes.RemoveAsync(point.Name, force: true, CancellationToken.None);
            }

            throw;
        }
    }

    private static void Add(Dictionary<string, Func<Task<MountPoint>>> plan, string destination, Func<Task<MountPoint>> create)
    {
        if (destination == "/")
        {
            throw GantryException.Invalid("invalid volume specification: destination can't be '/'");
        }

        if (!plan.TryAdd(destination, create))
        {
            throw GantryException.Invalid($"Duplicate mount point: {destination}");
        }
    }

    private (string Destination, Func<Task<MountPoint>> Create) Bind(string bind, string driver)
    {
        var parts = bind.Split(':');
        var (source, destination, mode) = parts switch
        {
            [var only] => ("", only, ""),
            [var first, var second] => (first, second, ""),
            [var first, var second, var third] => (first, second, third),
            _ => throw GantryException.Invalid($"invalid volume specification: '{bind}'"),
        };
        var modes = mode.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (modes.FirstOrDefault(each => !Modes.Contains(each)) is { } bad)
        {
            throw GantryException.Invalid($"invalid mode: {bad}");
        }

        if (!destination.StartsWith('/') || (parts.Length > 1 && source.Length == 0))
        {
            throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"{(source.StartsWith('/') ? "bind" : "volume")}\": invalid mount path: '{destination}' mount path must be absolute");
        }

        var path = Clean(destination);
        var writable = !modes.Contains("ro");
        if (source.StartsWith('/'))
        {
            return (path, () =>
            {
                // Docker makes a missing -v source as a folder.
                if (!Path.Exists(source))
                {
                    Directory.CreateDirectory(source);
                }

                return Task.FromResult(HostPath(Clean(source), path, mode, writable, modes.FirstOrDefault(each => each.EndsWith("shared", StringComparison.Ordinal) || each.EndsWith("slave", StringComparison.Ordinal) || each.EndsWith("private", StringComparison.Ordinal)) ?? "rprivate"));
            });
        }

        if (source.Length > 0 && IsLocal(driver))
        {
            LocalVolumeDriver.CheckName(source);
        }

        return (path, async () => Volume(await volumes.CreateAsync(VolumeSpec.Named(source, driver), CancellationToken.None), path, mode.Length > 0 ? mode : "z", writable, !modes.Contains("nocopy")) with { Anonymous = source.Length == 0 });
    }

    private Func<Task<MountPoint>> Mount(MountSettings mount)
    {
        var target = Clean(mount.Target);
        if (mount.Target.Length == 0 && mount.Type is "bind" or "volume" or "tmpfs")
        {
            throw GantryException.Invalid($"invalid mount config for type \"{mount.Type}\": field Target must not be empty");
        }

        foreach (var (has, type, name) in new[] { (mount.HasBindOptions, "bind", "BindOptions"), (mount.HasVolumeOptions, "volume", "VolumeOptions"), (mount.HasTmpfsOptions, "tmpfs", "TmpfsOptions") })
        {
            if (has && mount.Type != type)
            {
                throw GantryException.Invalid($"{name} must not be specified on mount type \"{mount.Type}\"");
            }
        }

        if (!mount.Target.StartsWith('/'))
        {
            throw GantryException.Invalid($"invalid mount config for type \"{mount.Type}\": invalid mount path: '{mount.Target}' mount path must be absolute");
        }

        switch (mount.Type)
        {
            case "bind" when mount.Source.Length == 0:
                throw GantryException.Invalid("invalid mount config for type \"bind\": field Source must not be empty");
            case "bind" when !mount.Source.StartsWith('/'):
                throw GantryException.Invalid($"invalid mount config for type \"bind\": invalid mount path: '{mount.Source}' mount path must be absolute");
            case "bind" when !Path.Exists(mount.Source) && !mount.BindCreateMountpoint:
                throw GantryException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {mount.Source}");
            case "bind":
                return () =>
                {
                    if (!Path.Exists(mount.Source))
                    {
                        Directory.CreateDirectory(mount.Source);
                    }

                    var point = HostPath(Clean(mount.Source), target, "", !mount.ReadOnly, mount.BindPropagation is { Length: > 0 } asked ? asked : "rprivate");
                    return Task.FromResult(mount.BindNonRecursive ? point with { Options = [.. point.Options.Select(option => option == "rbind" ? "bind" : option)] } : point);
                };
            case "volume":
                if (mount.Source.Length > 0 && IsLocal(mount.VolumeDriver ?? ""))
                {
                    LocalVolumeDriver.CheckName(mount.Source);
                    _ = LocalVolumeOptions.Parse(mount.VolumeOptions);
                }

                var spec = new VolumeSpec(mount.Source, mount.VolumeDriver ?? "", mount.VolumeOptions, mount.VolumeLabels);
                return async () => Volume(await volumes.CreateAsync(spec, CancellationToken.None), target, "z", !mount.ReadOnly, !mount.VolumeNoCopy) with { Anonymous = mount.Source.Length == 0, Subpath = mount.VolumeSubpath ?? "" };
            case "tmpfs" when mount.Source.Length > 0:
                throw GantryException.Invalid("invalid mount config for type \"tmpfs\": field Source must not be specified");
            case "tmpfs":
                List<string> options = mount.TmpfsSize > 0 ? [$"size={mount.TmpfsSize}"] : [];
                if (mount.TmpfsMode > 0)
                {
                    options.Add("mode=" + Convert.ToString(mount.TmpfsMode, 8));
                }

                return () => Task.FromResult(Tmpfs(target, [.. options, .. mount.ReadOnly ? new[] { "ro" } : []]));
            default:
                throw mount.Type is "image" or "cluster" or "npipe"
                    ? new GantryException(ErrorKind.NotImplemented, $"mounts of type {mount.Type} are not supported yet")
                    : GantryException.Invalid($"invalid mount config for type \"{mount.Type}\": mount type unknown");
        }
    }

    private static MountPoint HostPath(string source, string destination, string mode, bool writable, string propagation) => new()
    {
        Type = "bind",
        Source = source,
        Destination = destination,
        Mode = mode,
        ReadWrite = writable,
        Propagation = propagation,
        Options = ["rbind", writable ? "rw" : "ro", propagation],
    };

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
        Options = ["rbind", writable ? "rw" : "ro", "rprivate"],
    };

    private static MountPoint Tmpfs(string destination, IReadOnlyList<string> options) => new()
    {
        Type = "tmpfs",
        Destination = destination,
        ReadWrite = !options.Contains("ro"),
        Options = [.. new[] { "nosuid", "nodev", "noexec" }.Where(option => !options.Contains(option[2..])), .. options],
    };

    private static bool IsLocal(string driver) => driver is "" or VolumeDrivers.Local;

    private static string Clean(string path)
    {
        List<string> kept = [];
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                kept.Add(part);
            }
        }

        return "/" + string.Join('/', kept);
    }
}

using Gantry.Core;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Containers;

/// <summary>Turns <c>-v</c>, <c>--mount</c>, <c>--tmpfs</c>, <c>--volumes-from</c> and the image's volumes into mount points, creating volumes as needed.</summary>
internal sealed class MountResolver(VolumeService volumes, ContainerRegistry containers)
{
    /// <summary>Checks everything first, so that a refused request creates no volume.</summary>
    public IReadOnlyList<MountPoint> Resolve(ContainerSettings settings)
    {
        var host = settings.Host;
        Dictionary<string, Func<MountPoint>> plan = [];

        // What is asked for here goes before what another container has.
        HashSet<string> asked = [];
        foreach (var from in host.VolumesFrom)
        {
            var parts = from.Split(':', 2);
            var mode = BindMode.Parse(parts.Length > 1 ? parts[1] : "");
            var other = containers.Find(parts[0])?.Container ?? throw GantryException.Invalid($"No such container: {parts[0]}");
            foreach (var mount in other.Mounts.Where(mount => mount.Type != "tmpfs"))
            {
                plan[mount.Destination] = () => mount with { ReadWrite = mount.ReadWrite && mode.IsWritable, Anonymous = false, CopyUp = false, Own = false, Options = mode.IsWritable ? mount.Options : ReadOnly(mount.Options) };
            }
        }

        foreach (var bind in host.Binds)
        {
            var mount = Bind(bind);
            Add(plan, asked, mount.Destination, mount.Create, $"invalid volume specification: '{bind}': invalid mount config for type \"{(bind.StartsWith('/') ? "bind" : "volume")}\": ");
        }

        foreach (var mount in host.Mounts)
        {
            Add(plan, asked, Clean(mount.Target), Mount(mount), $"invalid mount config for type \"{mount.Type}\": ");
        }

        foreach (var (path, options) in host.Tmpfs)
        {
            if (!path.StartsWith('/'))
            {
                throw GantryException.Invalid($"invalid mount path: '{path}' mount path must be absolute");
            }

            var parts = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
            TmpfsOptions.Check(parts);
            Add(plan, asked, Clean(path), () => Tmpfs(Clean(path), parts), "invalid mount config for type \"tmpfs\": ");
        }

        foreach (var path in settings.Volumes.Select(Clean).Where(path => !plan.ContainsKey(path)))
        {
            plan[path] = () => Volume(volumes.GetOrCreate("", new Dictionary<string, string>()), path, "", true, copyUp: true) with { Anonymous = true };
        }

        return [.. plan.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value())];
    }

    private static void Add(Dictionary<string, Func<MountPoint>> plan, HashSet<string> asked, string destination, Func<MountPoint> create, string refusal)
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

    private (string Destination, Func<MountPoint> Create) Bind(string bind)
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

        var path = Clean(destination);
        var writable = asked.IsWritable;
        if (source.StartsWith('/'))
        {
            if (asked.NoCopy)
            {
                throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"bind\": field VolumeOptions must not be specified");
            }

            return (path, () =>
            {
                // Docker makes a missing -v source as a folder.
                if (!Path.Exists(source))
                {
                    Directory.CreateDirectory(source);
                }

                return HostPath(Clean(source), path, mode, writable, asked.Propagation ?? "rprivate", recursiveReadOnly: true);
            });
        }

        if (asked.Propagation is not null)
        {
            throw GantryException.Invalid($"invalid volume specification: '{bind}': invalid mount config for type \"volume\": field BindOptions must not be specified");
        }

        if (source.Length > 0 && !VolumeNameAllowed(source))
        {
            throw GantryException.Invalid($"create {source}: \"{source}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }

        return (path, () => Volume(volumes.GetOrCreate(source, new Dictionary<string, string>()), path, mode.Length > 0 ? mode : "z", writable, !asked.NoCopy) with { Anonymous = source.Length == 0 });
    }

    private Func<MountPoint> Mount(MountSettings mount)
    {
        var target = Clean(mount.Target);
        MountCheck.Check(mount);
        switch (mount.Type)
        {
            case "bind":
                return () =>
                {
                    if (!Path.Exists(mount.Source))
                    {
                        Directory.CreateDirectory(mount.Source);
                    }

                    var point = HostPath(Clean(mount.Source), target, "", !mount.ReadOnly, mount.BindPropagation ?? "rprivate", recursiveReadOnly: !mount.BindReadOnlyNonRecursive && !mount.BindNonRecursive);
                    return mount.BindNonRecursive ? point with { Options = NotRecursive(point.Options) } : point;
                };
            case "volume" when mount.Source.Length > 0 && !VolumeNameAllowed(mount.Source):
                throw GantryException.Invalid($"create {mount.Source}: \"{mount.Source}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
            case "volume":
                return () => Volume(volumes.GetOrCreate(mount.Source, mount.VolumeLabels), target, "z", !mount.ReadOnly, !mount.VolumeNoCopy) with { Anonymous = mount.Source.Length == 0, Subpath = mount.VolumeSubpath ?? "" };
            case "tmpfs":
                List<string> options = mount.TmpfsSize > 0 ? [$"size={mount.TmpfsSize}"] : [];
                if (mount.TmpfsMode > 0)
                {
                    options.Add("mode=" + Convert.ToString(mount.TmpfsMode, 8));
                }

                return () => Tmpfs(target, [.. options, .. mount.TmpfsOptions, .. mount.ReadOnly ? new[] { "ro" } : []]);
            default:
                return () => new MountPoint
                {
                    Type = "image",
                    ReadWrite = false,
                    Name = mount.Source,
                    Destination = target,
                    Subpath = mount.ImageSubpath ?? "",
                    Propagation = "rprivate",
                    Options = ["rbind", "ro", "rprivate"],
                };
        }
    }

    // Also the propagation: crun takes the "r" of any option for all of them.
    private static string[] NotRecursive(IReadOnlyList<string> options) =>
        [.. options.Select(option => option is "rbind" or "rprivate" or "rshared" or "rslave" ? option[1..] : option)];

    private static string[] ReadOnly(IReadOnlyList<string> options) => [.. options.Select(option => option == "rw" ? "rro" : option)];

    private static MountPoint HostPath(string source, string destination, string mode, bool writable, string propagation, bool recursiveReadOnly) => new()
    {
        Type = "bind",
        Source = source,
        Destination = destination,
        Mode = mode,
        ReadWrite = writable,
        Propagation = propagation,
        // Read-only with all that is mounted below it (mount_setattr(2)), as Docker since 25.
        Options = ["rbind", writable ? "rw" : recursiveReadOnly ? "rro" : "ro", propagation],
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
        Options = ["rbind", writable ? "rw" : "rro", "rprivate"],
    };

    private static MountPoint Tmpfs(string destination, IReadOnlyList<string> options) => new()
    {
        Type = "tmpfs",
        Destination = destination,
        ReadWrite = !options.Contains("ro"),
        Options = [.. new[] { "nosuid", "nodev", "noexec" }.Where(option => !options.Contains(option[2..])), .. options],
    };

    private static bool VolumeNameAllowed(string name) => name.Length > 1 && char.IsAsciiLetterOrDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-');

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

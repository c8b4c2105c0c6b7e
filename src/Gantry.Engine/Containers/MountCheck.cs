using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>Refuses entries of <c>--mount</c> that are incomplete or contradict themselves, in Docker's words.</summary>
internal static class MountCheck
{
    private static readonly string[] Propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    /// <exception cref="GantryException">InvalidArgument, <c>invalid mount config for type "bind": ...</c>.</exception>
    public static void Check(MountSettings mount)
    {
        Refuse(mount, mount.Type is not ("bind" or "volume" or "tmpfs" or "image"), "mount type unknown");
        Refuse(mount, mount.Target.Length == 0, "field Target must not be empty");
        Refuse(mount, !mount.Target.StartsWith('/'), $"invalid mount path: '{mount.Target}' mount path must be absolute");
        foreach (var (has, type, name) in new[] { (mount.HasBindOptions, "bind", "BindOptions"), (mount.HasVolumeOptions, "volume", "VolumeOptions"), (mount.HasTmpfsOptions, "tmpfs", "TmpfsOptions"), (mount.HasImageOptions, "image", "ImageOptions") })
        {
            Refuse(mount, has && mount.Type != type, $"field {name} must not be specified");
        }

        Refuse(mount, mount.Type is "bind" or "image" && mount.Source.Length == 0, "field Source must not be empty");
        switch (mount.Type)
        {
            case "bind":
                CheckBind(mount);
                break;
            case "volume":
                CheckSubpath(mount, mount.VolumeSubpath);
                break;
            case "image":
                CheckSubpath(mount, mount.ImageSubpath);
                break;
            default:
                Refuse(mount, mount.Source.Length > 0, "field Source must not be specified");
                TmpfsOptions.Check(mount.TmpfsOptions);
                break;
        }
    }

    /// <summary>What Docker says of options of another type before it looks at anything else; of <c>--mount</c> only.</summary>
    /// <exception cref="GantryException">InvalidArgument, <c>BindOptions must not be specified on mount type "volume"</c>.</exception>
    public static void CheckOptions(MountSettings mount)
    {
        foreach (var (has, type, name) in new[] { (mount.HasBindOptions, "bind", "BindOptions"), (mount.HasVolumeOptions, "volume", "VolumeOptions"), (mount.HasTmpfsOptions, "tmpfs", "TmpfsOptions") })
        {
            if (has && mount.Type != type && mount.Type is ("bind" or "volume" or "tmpfs"))
            {
                throw GantryException.Invalid($"{name} must not be specified on mount type \"{mount.Type}\"");
            }
        }
    }

    private static void CheckBind(MountSettings mount)
    {
        Refuse(mount, !mount.Source.StartsWith('/'), $"invalid mount path: '{mount.Source}' mount path must be absolute");
        Refuse(mount, mount.BindPropagation is { } propagation && !Propagations.Contains(propagation), $"invalid propagation mode: {mount.BindPropagation}");
        Refuse(mount, mount.BindReadOnlyForceRecursive && (!mount.ReadOnly || mount.BindReadOnlyNonRecursive), "mount source must be read-only to be recursively read-only");
        Refuse(mount, !Path.Exists(mount.Source) && !mount.BindCreateMountpoint, $"bind source path does not exist: {mount.Source}");
    }

    private static void CheckSubpath(MountSettings mount, string? subpath) => Refuse(
        mount,
        subpath is not null && (subpath.StartsWith('/') || subpath.Split('/').Contains("..")),
        "subpath must be a relative path within the volume");

    private static void Refuse(MountSettings mount, bool condition, string message)
    {
        if (condition)
        {
            throw GantryException.Invalid($"invalid mount config for type \"{mount.Type}\": {message}");
        }
    }
}

using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>The grammar of <c>--mount type=bind,source=...,target=...,...</c>.</summary>
internal static class MountSpecs
{
    /// <exception cref="FormatException">In docker's words.</exception>
    public static MountRequest Parse(string spec)
    {
        var mount = new MountRequest { Type = "volume" };
        BindOptions? bind = null;
        VolumeOptions? volume = null;
        TmpfsOptions? tmpfs = null;
        ImageOptions? image = null;
        var labels = new Dictionary<string, string>();
        var driverOptions = new Dictionary<string, string>();
        string? driver = null;
        foreach (var field in Csv.Split(spec))
        {
            var equals = field.IndexOf('=');
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var value = equals < 0 ? null : field[(equals + 1)..];
            if (value is null && key is not ("readonly" or "ro" or "volume-nocopy" or "bind-nonrecursive" or "bind-create-src"))
            {
                throw new FormatException($"invalid field '{field}' must be a key=value pair");
            }

            switch (key)
            {
                case "type":
                    mount.Type = value!.ToLowerInvariant();
                    break;
                case "source" or "src":
                    mount.Source = value!.StartsWith('.') && (value == "." || value.StartsWith("./", StringComparison.Ordinal) || value.StartsWith("..", StringComparison.Ordinal)) ? Path.GetFullPath(value) : value;
                    break;
                case "target" or "dst" or "destination":
                    mount.Target = value;
                    break;
                case "readonly" or "ro":
                    mount.ReadOnly = Flag(key, value);
                    break;
                case "consistency":
                    mount.Consistency = value!.ToLowerInvariant();
                    break;
                case "bind-propagation":
                    (bind ??= new BindOptions()).Propagation = value!.ToLowerInvariant();
                    break;
                case "bind-nonrecursive":
                    (bind ??= new BindOptions()).NonRecursive = Flag(key, value);
                    break;
                case "bind-create-src":
                    (bind ??= new BindOptions()).CreateMountpoint = Flag(key, value);
                    break;
                case "bind-recursive":
                    bind ??= new BindOptions();
                    _ = value switch
                    {
                        "enabled" => true,
                        "disabled" => bind.NonRecursive = true,
                        "writable" => bind.ReadOnlyNonRecursive = true,
                        "readonly" => bind.ReadOnlyForceRecursive = true,
                        _ => throw new FormatException($"invalid value for bind-recursive: {value} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"),
                    };
                    break;
                case "volume-subpath":
                    (volume ??= new VolumeOptions()).Subpath = value;
                    break;
                case "volume-nocopy":
                    (volume ??= new VolumeOptions()).NoCopy = Flag(key, value);
                    break;
                case "volume-label":
                    Add(labels, value!);
                    volume ??= new VolumeOptions();
                    break;
                case "volume-driver":
                    driver = value;
                    volume ??= new VolumeOptions();
                    break;
                case "volume-opt":
                    Add(driverOptions, value!);
                    volume ??= new VolumeOptions();
                    break;
                case "image-subpath":
                    (image ??= new ImageOptions()).Subpath = value;
                    break;
                case "tmpfs-size":
                    (tmpfs ??= new TmpfsOptions()).SizeBytes = ByteSize.TryParse(value, null, out var size) ? size.Bytes : throw new FormatException($"invalid value for {key}: {value}");
                    break;
                case "tmpfs-mode":
                    (tmpfs ??= new TmpfsOptions()).Mode = Mode(key, value!);
                    break;
                default:
                    throw new FormatException($"unexpected key '{key}' in '{field}'");
            }
        }

        if (volume is not null)
        {
            volume.Labels = labels.Count > 0 ? labels : null;
            volume.DriverConfig = driver is null && driverOptions.Count == 0 ? null : new MountDriver { Name = driver, Options = driverOptions.Count > 0 ? driverOptions : null };
        }

        mount = mount with { BindOptions = bind, VolumeOptions = volume, TmpfsOptions = tmpfs, ImageOptions = image };
        Check(mount);
        return mount;
    }

    private static void Check(MountRequest mount)
    {
        if (string.IsNullOrEmpty(mount.Type))
        {
            throw new FormatException("type is required");
        }

        if (string.IsNullOrEmpty(mount.Target))
        {
            throw new FormatException("target is required");
        }

        if (mount.VolumeOptions is not null && mount.Type != "volume")
        {
            throw new FormatException($"cannot mix 'volume-*' options with mount type '{mount.Type}'");
        }

        if (mount.BindOptions is not null && mount.Type != "bind")
        {
            throw new FormatException($"cannot mix 'bind-*' options with mount type '{mount.Type}'");
        }

        if (mount.TmpfsOptions is not null && mount.Type != "tmpfs")
        {
            throw new FormatException($"cannot mix 'tmpfs-*' options with mount type '{mount.Type}'");
        }

        if (mount.BindOptions is { ReadOnlyNonRecursive: true } && !mount.ReadOnly)
        {
            throw new FormatException("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
        }

        if (mount.BindOptions is { ReadOnlyForceRecursive: true } forced)
        {
            _ = !mount.ReadOnly ? throw new FormatException("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction")
                : forced.Propagation != "rprivate" ? throw new FormatException("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction")
                : 0;
        }

        if (mount.ImageOptions is not null && mount.Type != "image")
        {
            throw new FormatException($"cannot mix 'image-*' options with mount type '{mount.Type}'");
        }
    }

    private static bool Flag(string key, string? value) => value switch
    {
        null or "1" or "true" => true,
        "0" or "false" => false,
        _ => throw new FormatException($"invalid value for {key}: {value}"),
    };

    private static uint Mode(string key, string value)
    {
        try
        {
            return Convert.ToUInt32(value, 8);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"invalid value for {key}: {value}"));
        }
    }

    private static void Add(Dictionary<string, string> map, string item)
    {
        var equals = item.IndexOf('=');
        map[equals < 0 ? item : item[..equals]] = equals < 0 ? "" : item[(equals + 1)..];
    }
}

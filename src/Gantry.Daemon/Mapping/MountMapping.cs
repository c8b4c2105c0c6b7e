using Gantry.Core;
using Gantry.Engine.Containers;
using Wire = Gantry.Api.Containers;

namespace Gantry.Daemon.Mapping;

/// <summary>Mounts as asked for and as they are.</summary>
internal static class MountMapping
{
    public static MountSettings ToSettings(this Wire.MountRequest wire) => new()
    {
        Type = wire.Type is { Length: > 0 } type ? type : throw GantryException.Invalid("mount type unknown"),
        Source = wire.Source ?? "",
        Target = wire.Target ?? "",
        ReadOnly = wire.ReadOnly,
        Consistency = wire.Consistency ?? "",
        HasBindOptions = wire.BindOptions is not null,
        BindPropagation = wire.BindOptions?.Propagation is { Length: > 0 } propagation ? propagation : null,
        BindNonRecursive = wire.BindOptions?.NonRecursive ?? false,
        BindCreateMountpoint = wire.BindOptions?.CreateMountpoint ?? false,
        BindReadOnlyNonRecursive = wire.BindOptions?.ReadOnlyNonRecursive ?? false,
        BindReadOnlyForceRecursive = wire.BindOptions?.ReadOnlyForceRecursive ?? false,
        HasImageOptions = wire.ImageOptions is not null,
        ImageSubpath = wire.ImageOptions?.Subpath is { Length: > 0 } inImage ? inImage : null,
        HasVolumeOptions = wire.VolumeOptions is not null,
        VolumeNoCopy = wire.VolumeOptions?.NoCopy ?? false,
        VolumeSubpath = wire.VolumeOptions?.Subpath is { Length: > 0 } subpath ? subpath : null,
        VolumeLabels = wire.VolumeOptions?.Labels.OrEmpty() ?? new Dictionary<string, string>(),
        VolumeDriver = wire.VolumeOptions?.DriverConfig?.Name is { Length: > 0 } driver ? driver : null,
        VolumeOptions = wire.VolumeOptions?.DriverConfig?.Options.OrEmpty() ?? new Dictionary<string, string>(),
        HasTmpfsOptions = wire.TmpfsOptions is not null,
        TmpfsSize = wire.TmpfsOptions?.SizeBytes ?? 0,
        TmpfsMode = (int)(wire.TmpfsOptions?.Mode ?? 0),
        TmpfsOptions = [.. (wire.TmpfsOptions?.Options).OrEmpty().Select(option => string.Join('=', option))],
    };

    public static Wire.MountRequest ToWire(this MountSettings mount) => new()
    {
        Type = mount.Type,
        Source = mount.Source.Length > 0 ? mount.Source : null,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
        Consistency = mount.Consistency.Length > 0 ? mount.Consistency : null,
        BindOptions = !mount.HasBindOptions ? null : new Wire.BindOptions
        {
            Propagation = mount.BindPropagation,
            NonRecursive = mount.BindNonRecursive,
            CreateMountpoint = mount.BindCreateMountpoint,
            ReadOnlyNonRecursive = mount.BindReadOnlyNonRecursive,
            ReadOnlyForceRecursive = mount.BindReadOnlyForceRecursive,
        },
        VolumeOptions = !mount.HasVolumeOptions ? null : new Wire.VolumeOptions
        {
            NoCopy = mount.VolumeNoCopy,
            Labels = mount.VolumeLabels.NullIfEmpty(),
            Subpath = mount.VolumeSubpath,
            DriverConfig = mount.VolumeDriver is null && mount.VolumeOptions.Count == 0 ? null
                : new Wire.MountDriver { Name = mount.VolumeDriver, Options = mount.VolumeOptions.NullIfEmpty() },
        },
        ImageOptions = !mount.HasImageOptions ? null : new Wire.ImageOptions { Subpath = mount.ImageSubpath },
        TmpfsOptions = !mount.HasTmpfsOptions ? null : new Wire.TmpfsOptions
        {
            SizeBytes = mount.TmpfsSize,
            Mode = (uint)mount.TmpfsMode,
            Options = mount.TmpfsOptions.Count == 0 ? null : [.. mount.TmpfsOptions.Select(option => option.Split('=', 2))],
        },
    };

    public static Wire.MountPoint ToWire(this MountPoint mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name.Length > 0 ? mount.Name : null,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Driver.Length > 0 ? mount.Driver : null,
        Mode = mount.Mode,
        RW = mount.ReadWrite,
        Propagation = mount.Propagation,
    };
}

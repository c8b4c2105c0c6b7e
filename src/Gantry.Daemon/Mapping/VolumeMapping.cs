using Gantry.Api.Volumes;
using Gantry.Core;
using Gantry.Engine.Volumes;

namespace Gantry.Daemon.Mapping;

/// <summary>Volumes as answers show them.</summary>
internal static class VolumeMapping
{
    public static VolumeResponse ToWire(this Volume volume, VolumeUsage? usage = null) => new()
    {
        CreatedAt = Timestamp.Format(volume.Created),
        Driver = volume.Driver,
        Labels = volume.Labels,
        Mountpoint = volume.Mountpoint,
        Name = volume.Name,
        Options = volume.Options,
        Scope = volume.Scope,
        Status = volume.Status,
        UsageData = usage,
    };
}

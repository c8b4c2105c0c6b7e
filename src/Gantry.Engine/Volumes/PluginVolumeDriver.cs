using Gantry.Core;
using Gantry.Plugins.Volumes;

namespace Gantry.Engine.Volumes;

/// <summary>Volumes that a plugin keeps.</summary>
internal sealed class PluginVolumeDriver(VolumePlugin plugin) : IVolumeDriver
{
    public async Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken)
    {
        await plugin.CreateAsync(name, options ?? new Dictionary<string, string>(), cancellationToken);
        return (await plugin.GetAsync(name, cancellationToken))?.Mountpoint ?? "";
    }

    public Task RemoveAsync(Volume volume, CancellationToken cancellationToken) => plugin.RemoveAsync(volume.Name, cancellationToken);

    public async Task<string> MountAsync(Volume volume, string user, bool first, CancellationToken cancellationToken)
    {
        try
        {
            return await plugin.MountAsync(volume.Name, user, cancellationToken);
        }
        catch (GantryException error)
        {
            throw new GantryException(ErrorKind.Internal, $"error while mounting volume '{volume.Mountpoint}': {error.Message}", error);
        }
    }

    public Task UnmountAsync(Volume volume, string user, bool last, CancellationToken cancellationToken) => plugin.UnmountAsync(volume.Name, user, cancellationToken);
}

namespace Gantry.Engine.Volumes;

/// <summary>What makes a kind of volumes: the engine's own, or a plugin.</summary>
internal interface IVolumeDriver
{
    /// <summary>Makes it; the host path where it is known already, else empty.</summary>
    /// <exception cref="Core.GantryException">InvalidArgument for bad options; Internal in a plugin's words.</exception>
    Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken);

    Task RemoveAsync(Volume volume, CancellationToken cancellationToken);

    /// <summary>Makes the content appear at the returned host path. Called for the first user and, by plugins' protocol, for every further one.</summary>
    /// <param name="first">Nobody else uses it now.</param>
    /// <param name="user">Tells users apart.</param>
    Task<string> MountAsync(Volume volume, string user, bool first, CancellationToken cancellationToken);

    /// <param name="last">Nobody else uses it now.</param>
    Task UnmountAsync(Volume volume, string user, bool last, CancellationToken cancellationToken);
}

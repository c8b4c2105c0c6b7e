using Gantry.Core;
using Gantry.Plugins;
using Gantry.Plugins.Volumes;

namespace Gantry.Engine.Volumes;

/// <summary>The drivers by name: the engine's own, and plugins.</summary>
internal sealed class VolumeDrivers(LocalVolumeDriver local, PluginRegistry plugins)
{
    public const string Local = "local";

    /// <exception cref="GantryException">NotFound, <c>error looking up volume plugin x: plugin "x" not found</c>.</exception>
    public async Task<IVolumeDriver> GetAsync(string name, CancellationToken cancellationToken) =>
        name is "" or Local ? local : new PluginVolumeDriver(await PluginAsync(name, cancellationToken));

    public async Task<VolumePlugin> PluginAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return new VolumePlugin(await plugins.GetAsync(name, VolumePlugin.Interface, cancellationToken));
        }
        catch (GantryException error)
        {
            throw new GantryException(error.Kind, $"error looking up volume plugin {name}: {error.Message}", error);
        }
    }

    public async Task<IReadOnlyList<VolumePlugin>> PluginsAsync(CancellationToken cancellationToken) =>
        [.. (await plugins.AllAsync(VolumePlugin.Interface, cancellationToken)).Select(plugin => new VolumePlugin(plugin))];
}

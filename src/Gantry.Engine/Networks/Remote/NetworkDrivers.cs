using Gantry.Plugins;
using Gantry.Plugins.Networks;

namespace Gantry.Engine.Networks.Remote;

/// <summary>The programs that make networks and give addresses, by name.</summary>
internal sealed class NetworkDrivers(PluginRegistry plugins)
{
    /// <summary>Whether the engine makes networks of this driver itself, or refuses them itself.</summary>
    public static bool IsBuiltIn(string driver) => driver is "" or "bridge" or "macvlan" or "ipvlan" or "host" or "null" or "overlay";

    /// <summary>Whether the engine gives the addresses itself, or nobody does (<c>null</c>).</summary>
    public static bool IsBuiltInIpam(string driver) => driver is "" or "default" or "null";

    /// <exception cref="Core.GantryException">NotFound, <c>plugin "x" not found</c>.</exception>
    public async Task<NetworkPlugin> NetworkAsync(string name, CancellationToken cancellationToken) =>
        new(await plugins.GetAsync(name, NetworkPlugin.Interface, cancellationToken));

    /// <inheritdoc cref="NetworkAsync"/>
    public async Task<IpamPlugin> IpamAsync(string name, CancellationToken cancellationToken) =>
        new(await plugins.GetAsync(name, IpamPlugin.Interface, cancellationToken));
}

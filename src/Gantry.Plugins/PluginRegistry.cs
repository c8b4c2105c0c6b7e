using System.Collections.Concurrent;
using Gantry.Core;

namespace Gantry.Plugins;

/// <summary>Finds plugins by name and activates each when it is first needed. A plugin that listens elsewhere since is found anew.</summary>
public sealed class PluginRegistry(PluginOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Plugin> active = new(StringComparer.Ordinal);

    /// <summary>An activated plugin that implements an interface.</summary>
    /// <exception cref="GantryException">NotFound: <c>plugin "x" not found</c>, also when it is another kind of plugin.</exception>
    public async Task<Plugin> GetAsync(string name, string implements, CancellationToken cancellationToken)
    {
        var plugin = await FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw GantryException.NotFound($"plugin \"{name}\" not found");
        return plugin.Implements.Contains(implements, StringComparer.OrdinalIgnoreCase)
            ? plugin
            : throw GantryException.NotFound($"plugin \"{name}\" does not implement the requested interface: {implements}");
    }

    /// <summary>Every plugin that answers and implements an interface; those that do not answer are left out.</summary>
    public async Task<IReadOnlyList<Plugin>> AllAsync(string implements, CancellationToken cancellationToken)
    {
        List<Plugin> found = [];
        foreach (var name in PluginAddress.Names(options))
        {
            try
            {
                found.Add(await GetAsync(name, implements, cancellationToken).ConfigureAwait(false));
            }
            catch (GantryException)
            {
                // Dead or of another kind.
            }
        }

        return found;
    }

    /// <summary>Names of plugins that are active now and implement an interface.</summary>
    public IReadOnlyList<string> Active(string implements) =>
        [.. active.Values.Where(plugin => plugin.Implements.Contains(implements, StringComparer.OrdinalIgnoreCase)).Select(plugin => plugin.Name).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        foreach (var plugin in active.Values)
        {
            plugin.Dispose();
        }
    }

    private async Task<Plugin?> FindAsync(string name, CancellationToken cancellationToken)
    {
        // Its file may be gone while it still serves.
        if (PluginAddress.Find(options, name) is not { } address)
        {
            return active.GetValueOrDefault(name);
        }

        if (active.TryGetValue(name, out var known) && known.Address == address)
        {
            return known;
        }

        var plugin = new Plugin(name, address, options.CallTimeout);
        try
        {
            var answer = await plugin.CallAsync("Plugin.Activate", new Empty(), PluginJson.Default.Empty, PluginJson.Default.ActivateAnswer, cancellationToken).ConfigureAwait(false);
            plugin.Implements = answer.Implements ?? [];
        }
        catch
        {
            plugin.Dispose();
            throw;
        }

        active[name] = plugin;
        return plugin;
    }
}

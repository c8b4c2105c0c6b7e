using System.Text.Json;
using Gantry.Core;

namespace Gantry.Plugins.Volumes;

/// <summary>A volume as its plugin tells it.</summary>
/// <param name="Mountpoint">Empty while it is not mounted, for some plugins.</param>
/// <param name="Status">Free-form, shown by inspect.</param>
public sealed record PluginVolume(string Name, string? Mountpoint, string? CreatedAt, IReadOnlyDictionary<string, JsonElement>? Status);

internal sealed record VolumeCall(string? Name = null, string? ID = null, IReadOnlyDictionary<string, string>? Opts = null);

internal sealed record VolumeAnswer(string? Err, string? Mountpoint, PluginVolume? Volume, IReadOnlyList<PluginVolume>? Volumes, VolumeCapabilities? Capabilities);

internal sealed record VolumeCapabilities(string? Scope);

/// <summary>The interface <c>VolumeDriver</c>. Every method throws <see cref="GantryException"/> (Internal) with the plugin's own reason, <c>VolumeDriver.Mount: reason</c>.</summary>
public sealed class VolumePlugin(Plugin plugin)
{
    public const string Interface = "VolumeDriver";

    public string Name => plugin.Name;

    public Task CreateAsync(string name, IReadOnlyDictionary<string, string> options, CancellationToken cancellationToken) => CallAsync("Create", new VolumeCall(name, Opts: options), cancellationToken);

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => CallAsync("Remove", new VolumeCall(name), cancellationToken);

    /// <returns>The host path.</returns>
    public async Task<string> MountAsync(string name, string id, CancellationToken cancellationToken) => (await CallAsync("Mount", new VolumeCall(name, id), cancellationToken)).Mountpoint ?? "";

    public Task UnmountAsync(string name, string id, CancellationToken cancellationToken) => CallAsync("Unmount", new VolumeCall(name, id), cancellationToken);

    public async Task<PluginVolume?> GetAsync(string name, CancellationToken cancellationToken) => (await CallAsync("Get", new VolumeCall(name), cancellationToken)).Volume;

    public async Task<IReadOnlyList<PluginVolume>> ListAsync(CancellationToken cancellationToken) => (await CallAsync("List", new VolumeCall(), cancellationToken)).Volumes ?? [];

    /// <summary><c>local</c> or <c>global</c>; a plugin that does not say is local.</summary>
    public async Task<string> ScopeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await CallAsync("Capabilities", new VolumeCall(), cancellationToken)).Capabilities?.Scope?.ToLowerInvariant() is "global" ? "global" : "local";
        }
        catch (GantryException)
        {
            return "local";
        }
    }

    private async Task<VolumeAnswer> CallAsync(string method, VolumeCall call, CancellationToken cancellationToken)
    {
        var answer = await plugin.CallAsync($"{Interface}.{method}", call, PluginJson.Default.VolumeCall, PluginJson.Default.VolumeAnswer, cancellationToken).ConfigureAwait(false);
        return answer.Err is { Length: > 0 } reason ? throw new GantryException(ErrorKind.Internal, $"{Interface}.{method}: {reason}") : answer;
    }
}

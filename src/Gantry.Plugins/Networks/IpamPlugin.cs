using Gantry.Core;

namespace Gantry.Plugins.Networks;

/// <summary>A subnet that a plugin gave; in CIDR form.</summary>
/// <param name="Gateway">Where the plugin says so itself.</param>
public sealed record PluginPool(string Id, string Subnet, string? Gateway);

internal sealed record IpamCall
{
    public string? AddressSpace { get; init; }

    public string? PoolID { get; init; }

    public string? Pool { get; init; }

    public string? SubPool { get; init; }

    public string? Address { get; init; }

    public IReadOnlyDictionary<string, string>? Options { get; init; }

    public bool? V6 { get; init; }
}

internal sealed record IpamAnswer(string? Error, string? Err, string? PoolID, string? Pool, string? Address, IReadOnlyDictionary<string, string>? Data, string? LocalDefaultAddressSpace);

/// <summary>
/// The interface <c>IpamDriver</c>. Every method throws <see cref="GantryException"/> (Internal): <c>remote: reason</c> is the
/// plugin's own.
/// </summary>
public sealed class IpamPlugin(Plugin plugin)
{
    public const string Interface = "IpamDriver";
    private const string GatewayKey = "com.docker.network.gateway";
    private static readonly Dictionary<string, string> GatewayRequest = new() { ["RequestAddressType"] = GatewayKey };
    private static readonly Dictionary<string, string> NoOptions = [];

    /// <summary>Of networks that are this machine's alone.</summary>
    public async Task<string> AddressSpaceAsync(CancellationToken cancellationToken) =>
        (await CallAsync("GetDefaultAddressSpaces", new IpamCall(), cancellationToken).ConfigureAwait(false)).LocalDefaultAddressSpace ?? "";

    /// <param name="subnet">Empty: any.</param>
    /// <param name="range">Part of it that addresses are to come from; empty: all.</param>
    public async Task<PluginPool> RequestPoolAsync(string addressSpace, string subnet, string range, IReadOnlyDictionary<string, string>? options, bool ipv6, CancellationToken cancellationToken)
    {
        var call = new IpamCall { AddressSpace = addressSpace, Pool = subnet, SubPool = range, Options = options ?? NoOptions, V6 = ipv6 };
        var answer = await CallAsync("RequestPool", call, cancellationToken).ConfigureAwait(false);
        return new PluginPool(answer.PoolID ?? "", answer.Pool ?? "", answer.Data?.GetValueOrDefault(GatewayKey));
    }

    public Task ReleasePoolAsync(string pool, CancellationToken cancellationToken) => CallAsync("ReleasePool", new IpamCall { PoolID = pool }, cancellationToken);

    /// <param name="asked">Empty: any.</param>
    /// <param name="gateway">Whether it is for the network's gateway.</param>
    /// <returns>In CIDR form.</returns>
    public async Task<string> RequestAddressAsync(string pool, string asked, bool gateway, CancellationToken cancellationToken)
    {
        var call = new IpamCall { PoolID = pool, Address = asked, Options = gateway ? GatewayRequest : NoOptions };
        return (await CallAsync("RequestAddress", call, cancellationToken).ConfigureAwait(false)).Address ?? "";
    }

    public Task ReleaseAddressAsync(string pool, string address, CancellationToken cancellationToken) =>
        CallAsync("ReleaseAddress", new IpamCall { PoolID = pool, Address = address }, cancellationToken);

    private async Task<IpamAnswer> CallAsync(string method, IpamCall call, CancellationToken cancellationToken)
    {
        var answer = await plugin.CallAsync($"{Interface}.{method}", call, PluginJson.Default.IpamCall, PluginJson.Default.IpamAnswer, cancellationToken).ConfigureAwait(false);
        return (answer.Error is { Length: > 0 } error ? error : answer.Err) is { Length: > 0 } reason ? throw new GantryException(ErrorKind.Internal, $"remote: {reason}") : answer;
    }
}

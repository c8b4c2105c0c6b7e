using System.Text.Json.Serialization.Metadata;
using Gantry.Core;

namespace Gantry.Plugins.Networks;

/// <summary>
/// The interface <c>NetworkDriver</c>. Every method throws <see cref="GantryException"/> (Internal): <c>remote: reason</c> is the
/// plugin's own.
/// </summary>
public sealed class NetworkPlugin(Plugin plugin)
{
    public const string Interface = "NetworkDriver";

    public string Name => plugin.Name;

    /// <summary><c>local</c>, <c>global</c> or <c>swarm</c>.</summary>
    public async Task<string> ScopeAsync(CancellationToken cancellationToken)
    {
        var answer = await plugin.CallAsync($"{Interface}.GetCapabilities", new Empty(), PluginJson.Default.Empty, PluginJson.Default.NetworkAnswer, cancellationToken).ConfigureAwait(false);
        return Checked(answer).Scope?.ToLowerInvariant() switch
        {
            null or "local" => "local",
            "global" => "global",
            "swarm" => "swarm",
            var other => throw new GantryException(ErrorKind.Internal, $"invalid capability: expecting 'local' or 'global', got {other}"),
        };
    }

    public Task CreateAsync(NetworkCreateCall call, CancellationToken cancellationToken) =>
        CallAsync("CreateNetwork", call, PluginJson.Default.NetworkCreateCall, cancellationToken);

    public Task DeleteAsync(string network, CancellationToken cancellationToken) => EndpointAsync("DeleteNetwork", new EndpointCall(network), cancellationToken);

    /// <summary>Answers what the plugin chose where the call left it open.</summary>
    public async Task<EndpointInterface> CreateEndpointAsync(EndpointCall call, CancellationToken cancellationToken) =>
        (await EndpointAsync("CreateEndpoint", call, cancellationToken).ConfigureAwait(false)).Interface ?? new EndpointInterface();

    /// <summary>What Docker asks of an endpoint that is ready; its free-form answer is for people.</summary>
    public Task InspectEndpointAsync(string network, string endpoint, CancellationToken cancellationToken) =>
        EndpointAsync("EndpointOperInfo", new EndpointCall(network, endpoint), cancellationToken, optional: true);

    public Task DeleteEndpointAsync(string network, string endpoint, CancellationToken cancellationToken) =>
        EndpointAsync("DeleteEndpoint", new EndpointCall(network, endpoint), cancellationToken);

    public async Task<JoinAnswer> JoinAsync(EndpointCall call, CancellationToken cancellationToken)
    {
        var answer = await EndpointAsync("Join", call, cancellationToken).ConfigureAwait(false);
        return new JoinAnswer(answer.InterfaceName, answer.Gateway, answer.GatewayIPv6, answer.StaticRoutes ?? [], answer.DisableGatewayService);
    }

    public Task LeaveAsync(string network, string endpoint, CancellationToken cancellationToken) =>
        EndpointAsync("Leave", new EndpointCall(network, endpoint), cancellationToken);

    /// <summary>A plugin need not have this method.</summary>
    public Task ProgramExternalConnectivityAsync(EndpointCall call, CancellationToken cancellationToken) =>
        EndpointAsync("ProgramExternalConnectivity", call, cancellationToken, optional: true);

    /// <inheritdoc cref="ProgramExternalConnectivityAsync"/>
    public Task RevokeExternalConnectivityAsync(string network, string endpoint, CancellationToken cancellationToken) =>
        EndpointAsync("RevokeExternalConnectivity", new EndpointCall(network, endpoint), cancellationToken, optional: true);

    private Task<NetworkAnswer> EndpointAsync(string method, EndpointCall call, CancellationToken cancellationToken, bool optional = false) =>
        CallAsync(method, call, PluginJson.Default.EndpointCall, cancellationToken, optional);

    private async Task<NetworkAnswer> CallAsync<T>(string method, T call, JsonTypeInfo<T> type, CancellationToken cancellationToken, bool optional = false) =>
        Checked(await plugin.CallAsync($"{Interface}.{method}", call, type, PluginJson.Default.NetworkAnswer, cancellationToken, optional ? new NetworkAnswer() : null).ConfigureAwait(false));

    private static NetworkAnswer Checked(NetworkAnswer answer) =>
        answer.Err is { Length: > 0 } reason ? throw new GantryException(ErrorKind.Internal, $"remote: {reason}") : answer;
}

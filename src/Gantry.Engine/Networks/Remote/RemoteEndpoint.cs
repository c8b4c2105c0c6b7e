using System.Globalization;
using System.Net;
using Gantry.Core;
using Gantry.Networking;
using Gantry.Plugins.Networks;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks.Remote;

/// <summary>A container's endpoint on a plugin's network.</summary>
/// <param name="owner">The container's name.</param>
/// <param name="mac">As asked for; null: the plugin's choice.</param>
internal sealed partial class RemoteEndpoint(NetworkDrivers drivers, Network network, string owner, MacAddress? mac, EndpointCallOptions options, ILogger logger) : IEndpointDriver
{
    public async Task<ForeignInterface> JoinAsync(EndpointState endpoint, string sandbox, CancellationToken cancellationToken)
    {
        var plugin = await drivers.NetworkAsync(network.Settings.Driver, cancellationToken);
        var proposed = new EndpointInterface(
            endpoint.Address is not { } first || first.Equals(IPAddress.Any) ? "" : Cidr(first, endpoint.PrefixLength),
            endpoint.Address6 is { } second ? Cidr(second, endpoint.PrefixLength6) : "",
            mac?.ToString() ?? "");
        var chosen = await CreateAsync(plugin, new EndpointCall(network.Id, endpoint.EndpointId, proposed, Options: options));
        try
        {
            var join = await plugin.JoinAsync(new EndpointCall(network.Id, endpoint.EndpointId, SandboxKey: sandbox, Options: options), CancellationToken.None);
            return Read(join, chosen);
        }
        catch
        {
            await TryAsync("DeleteEndpoint", () => plugin.DeleteEndpointAsync(network.Id, endpoint.EndpointId, CancellationToken.None));
            throw;
        }
    }

    public async Task OpenAsync(EndpointState endpoint, CancellationToken cancellationToken)
    {
        var plugin = await drivers.NetworkAsync(network.Settings.Driver, cancellationToken);
        await plugin.ProgramExternalConnectivityAsync(new EndpointCall(network.Id, endpoint.EndpointId, Options: options), CancellationToken.None);
        await TryAsync("EndpointOperInfo", () => plugin.InspectEndpointAsync(network.Id, endpoint.EndpointId, CancellationToken.None));
    }

    public async Task LeaveAsync(EndpointState endpoint, bool opened)
    {
        var (id, none) = (endpoint.EndpointId, CancellationToken.None);
        if (opened)
        {
            await TryAsync("RevokeExternalConnectivity", async () => await (await Plugin()).RevokeExternalConnectivityAsync(network.Id, id, none));
        }

        await TryAsync("Leave", async () => await (await Plugin()).LeaveAsync(network.Id, id, none));
        await TryAsync("DeleteEndpoint", async () => await (await Plugin()).DeleteEndpointAsync(network.Id, id, none));

        Task<NetworkPlugin> Plugin() => drivers.NetworkAsync(network.Settings.Driver, none);
    }

    private async Task<EndpointInterface> CreateAsync(NetworkPlugin plugin, EndpointCall call)
    {
        try
        {
            return await plugin.CreateEndpointAsync(call, CancellationToken.None);
        }
        catch (GantryException exception)
        {
            throw new GantryException(exception.Kind, $"failed to create endpoint {owner} on network {network.Name}: {exception.Message}", exception);
        }
    }

    private ForeignInterface Read(JoinAnswer join, EndpointInterface chosen)
    {
        if (join.InterfaceName is not { SrcName: { Length: > 0 } source } name)
        {
            throw Bad("no interface name was given");
        }

        return new ForeignInterface(source, name.DstPrefix is { Length: > 0 } prefix ? prefix : "eth")
        {
            Address = Subnet(chosen.Address),
            Address6 = Subnet(chosen.AddressIPv6),
            MacAddress = mac ?? (chosen.MacAddress is { Length: > 0 } text ? MacAddress.TryParse(text, null, out var own) ? own : throw Bad($"invalid MAC address: {text}") : null),
            Gateway = join.DisableGatewayService ? null : Hop(join.Gateway),
            Gateway6 = join.DisableGatewayService ? null : Hop(join.GatewayIPv6),
            Routes =
            [
                .. join.StaticRoutes.Select(route => (
                    IPNetwork.TryParse(route.Destination, out var destination) ? destination : throw Bad($"invalid CIDR address: {route.Destination}"),
                    route.RouteType == 0 ? Hop(route.NextHop) ?? throw Bad($"the route to {route.Destination} has no next hop") : null)),
            ],
        };
    }

    private static (IPAddress, int)? Subnet(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        var parts = text.Split('/');
        return parts.Length == 2 && IPAddress.TryParse(parts[0], out var address) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? (address, length)
            : throw Bad($"invalid CIDR address: {text}");
    }

    private static IPAddress? Hop(string? text) => text is not { Length: > 0 } ? null : IPAddress.TryParse(text, out var address) ? address : throw Bad($"invalid IP address: {text}");

    private static GantryException Bad(string reason) => new(ErrorKind.Internal, $"remote: {reason}");

    private static string Cidr(IPAddress address, int length) => string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");

    private async Task TryAsync(string call, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (GantryException exception)
        {
            LogFailure(network.Name, call, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "network {Network}: {Call} failed: {Reason}")]
    private partial void LogFailure(string network, string call, string reason);
}

using System.Globalization;
using System.Net;
using Gantry.Core;
using Gantry.Engine.Networks.Remote;
using Gantry.Plugins.Networks;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks;

public sealed partial class NetworkService
{
    /// <summary>Names of the drivers that there are networks of, besides the engine's own.</summary>
    public IReadOnlyList<string> PluginDrivers => [.. networks.All.Select(network => network.Settings.Driver).Where(driver => !NetworkDrivers.IsBuiltIn(driver)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Takes a network out of the kernel and from its plugins, whatever they say; the record stays.</summary>
    internal async Task DiscardAsync(Network network)
    {
        try
        {
            await UnmakeAsync(network);
        }
        catch (GantryException exception)
        {
            LogFailure(network.Name, exception.Message);
        }
    }

    /// <summary>What fails is undone, but for the pools.</summary>
    private async Task MakeAsync(Network network, NetworkPlugin? plugin)
    {
        if (plugin is not null)
        {
            await plugin.CreateAsync(Call(network), CancellationToken.None);
        }

        try
        {
            if (network.Bridge is not null)
            {
                stack.EnsureNetwork(network.Bridge);
            }

            networks.Put(network);
        }
        catch
        {
            if (network.Bridge is not null)
            {
                stack.RemoveNetwork(network.Bridge);
            }

            if (plugin is not null)
            {
                await TryDeleteAsync(network, plugin);
            }

            throw;
        }
    }

    private async Task UnmakeAsync(Network network)
    {
        var plugin = network.Bridge?.Driver is { } driver ? await FindAsync(driver) : null;
        await addresses.ReleasePoolsAsync(network.Settings, network.RemotePools);
        if (plugin is not null)
        {
            await TryDeleteAsync(network, plugin);
        }

        if (network.Bridge is { } bridge)
        {
            stack.RemoveNetwork(bridge);
        }
    }

    private async Task<NetworkPlugin> FindAsync(string driver)
    {
        try
        {
            return await drivers.NetworkAsync(driver, CancellationToken.None);
        }
        catch (GantryException exception)
        {
            throw new GantryException(exception.Kind, $"failed deleting Network: {exception.Message}", exception);
        }
    }

    // Docker: a plugin that does not let go is no reason to keep the network.
    private async Task TryDeleteAsync(Network network, NetworkPlugin plugin)
    {
        try
        {
            await plugin.DeleteAsync(network.Id, CancellationToken.None);
        }
        catch (GantryException exception)
        {
            LogFailure(network.Name, exception.Message);
        }
    }

    private static NetworkCreateCall Call(Network network)
    {
        var (settings, wire) = (network.Settings, network.Bridge!);
        return new NetworkCreateCall(
            network.Id,
            new NetworkCreateOptions(settings.EnableIPv4, settings.EnableIPv6, settings.Options, settings.Internal ? true : null),
            wire.Subnet is { } subnet4 ? [Data(subnet4, wire.Gateway)] : [],
            wire.Subnet6 is { } subnet6 ? [Data(subnet6, wire.Gateway6)] : []);

        IpamData Data(IPNetwork subnet, IPAddress? gateway)
        {
            var pool = settings.Pools.FirstOrDefault(pool => IPNetwork.TryParse(pool.Subnet, out var asked) && asked.Equals(subnet));
            var held = pool?.AuxiliaryAddresses.ToDictionary(pair => pair.Key, pair => Cidr(pair.Value, subnet));
            return subnet.PrefixLength == 0
                ? new IpamData("null", subnet.ToString(), null, null)
                : new IpamData(network.RemotePools is [var first, ..] ? first.AddressSpace : "LocalDefault", subnet.ToString(), gateway is null ? null : Cidr(gateway, subnet), held is { Count: > 0 } ? held : null);
        }
    }

    private static string Cidr(object address, IPNetwork subnet) => string.Create(CultureInfo.InvariantCulture, $"{address}/{subnet.PrefixLength}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "network {Network}: removal: {Reason}")]
    private partial void LogFailure(string network, string reason);
}

using System.Net;
using Gantry.Core;
using Gantry.Networking;
using Gantry.Plugins.Networks;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks.Remote;

/// <summary>Subnets and addresses of networks whose addresses a plugin gives (<c>--ipam-driver</c>). Of all others nothing is asked.</summary>
internal sealed partial class RemoteAddresses(NetworkDrivers drivers, ILogger logger)
{
    /// <summary>A subnet for each family the network has. What fails is undone.</summary>
    public async Task<IReadOnlyList<RemotePool>> TakePoolsAsync(NetworkSettings settings, CancellationToken cancellationToken)
    {
        if (settings.ConfigOnly || NetworkDrivers.IsBuiltInIpam(settings.IpamDriver))
        {
            return [];
        }

        var plugin = await drivers.IpamAsync(settings.IpamDriver, cancellationToken);
        var space = await plugin.AddressSpaceAsync(cancellationToken);
        List<RemotePool> taken = [];
        try
        {
            foreach (var ipv6 in new[] { false, true }.Where(ipv6 => ipv6 ? settings.EnableIPv6 : settings.EnableIPv4))
            {
                taken.Add(await TakePoolAsync(plugin, space, settings, ipv6));
            }

            return taken;
        }
        catch
        {
            await ReleasePoolsAsync(settings, taken);
            throw;
        }
    }

    /// <summary>Throws nothing: a plugin that fails is told of in the log.</summary>
    public async Task ReleasePoolsAsync(NetworkSettings settings, IReadOnlyList<RemotePool> pools)
    {
        foreach (var pool in pools)
        {
            foreach (var address in pool.Held)
            {
                await ReleaseAsync(settings, pool, address);
            }

            await TryAsync(settings, plugin => plugin.ReleasePoolAsync(pool.Id, CancellationToken.None));
        }
    }

    /// <summary>Fills in the addresses of an endpoint that is to be made.</summary>
    public async Task<EndpointRequest> TakeAsync(Network network, EndpointRequest request)
    {
        foreach (var pool in network.RemotePools)
        {
            try
            {
                var plugin = await drivers.IpamAsync(network.Settings.IpamDriver, CancellationToken.None);
                var asked = pool.IsIPv6 ? request.Address6 : request.Address;
                var given = Address(await plugin.RequestAddressAsync(pool.Id, asked?.ToString() ?? "", gateway: false, CancellationToken.None));
                request = pool.IsIPv6 ? request with { Address6 = given } : request with { Address = given };
            }
            catch
            {
                // Of the families before.
                await ReleaseAsync(network, network.RemotePools[0] == pool ? null : request.Address, null);
                throw;
            }
        }

        return request;
    }

    /// <inheritdoc cref="ReleasePoolsAsync"/>
    public async Task ReleaseAsync(Network network, IPAddress? address, IPAddress? address6)
    {
        foreach (var pool in network.RemotePools)
        {
            if ((pool.IsIPv6 ? address6 : address) is { } given)
            {
                await ReleaseAsync(network.Settings, pool, given.ToString());
            }
        }
    }

    private async Task<RemotePool> TakePoolAsync(IpamPlugin plugin, string space, NetworkSettings settings, bool ipv6)
    {
        var asked = settings.Pools.FirstOrDefault(pool => pool.Subnet.Length > 0 && pool.IsIPv6 == ipv6);
        var given = await plugin.RequestPoolAsync(space, asked?.Subnet ?? "", asked?.IpRange ?? "", settings.IpamOptions, ipv6, CancellationToken.None);
        var pool = new RemotePool(given.Id, space, given.Subnet, []);
        try
        {
            if (!IPNetwork.TryParse(given.Subnet, out _) || pool.IsIPv6 != ipv6)
            {
                throw new GantryException(ErrorKind.Internal, $"netip.ParsePrefix(\"{given.Subnet}\"): no {(ipv6 ? "IPv6" : "IPv4")} subnet");
            }

            // Where the plugin says what the gateway is, it is not asked for.
            var gateway = asked?.Gateway is null && given.Gateway is not null
                ? Address(given.Gateway)
                : Address(await plugin.RequestAddressAsync(pool.Id, asked?.Gateway ?? "", gateway: true, CancellationToken.None));
            pool = pool with { Held = [gateway.ToString()] };
            foreach (var other in asked?.AuxiliaryAddresses.Values ?? [])
            {
                await plugin.RequestAddressAsync(pool.Id, other, gateway: false, CancellationToken.None);
                pool = pool with { Held = [.. pool.Held, other] };
            }

            return pool;
        }
        catch
        {
            await ReleasePoolsAsync(settings, [pool]);
            throw;
        }
    }

    private static IPAddress Address(string text) => IPAddress.TryParse(text.Split('/')[0], out var address)
        ? address
        : throw new GantryException(ErrorKind.Internal, $"the IPAM plugin gave no address but \"{text}\"");

    private Task ReleaseAsync(NetworkSettings settings, RemotePool pool, string address) =>
        TryAsync(settings, plugin => plugin.ReleaseAddressAsync(pool.Id, address, CancellationToken.None));

    private async Task TryAsync(NetworkSettings settings, Func<IpamPlugin, Task> release)
    {
        try
        {
            await release(await drivers.IpamAsync(settings.IpamDriver, CancellationToken.None));
        }
        catch (GantryException exception)
        {
            LogRelease(settings.Name, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "network {Network}: its IPAM plugin keeps what was released: {Reason}")]
    private partial void LogRelease(string network, string reason);
}

using System.Globalization;
using Gantry.Api.Networks;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Networking;

namespace Gantry.Daemon.Mapping;

/// <summary>Networks, both ways.</summary>
internal static class NetworkMapping
{
    public static Engine.Networks.NetworkSettings ToSettings(this NetworkCreateRequest wire)
    {
        return new Engine.Networks.NetworkSettings
        {
            Name = wire.Name,
            Driver = wire.Driver is { Length: > 0 } driver ? driver : "bridge",
            Internal = wire.Internal,
            Attachable = wire.Attachable,
            Ingress = wire.Ingress,
            ConfigOnly = wire.ConfigOnly,
            ConfigFrom = wire.ConfigFrom?.Network ?? "",
            EnableIPv4 = wire.EnableIPv4 ?? true,
            EnableIPv6 = wire.EnableIPv6 ?? false,
            Scope = wire.Scope ?? "",
            IpamDriver = wire.IPAM?.Driver is { Length: > 0 } ipam ? ipam : "default",
            IpamOptions = wire.IPAM?.Options,
            Pools = [.. (wire.IPAM?.Config).OrEmpty().Select(Pool)],
            Options = wire.Options.OrEmpty(),
            Labels = wire.Labels.OrEmpty(),
        };
    }

    /// <param name="attached">Endpoints to show; null in lists, where Docker shows none.</param>
    public static NetworkInspectResponse ToWire(this Network network, IReadOnlyList<(Container Container, EndpointState Endpoint)>? attached)
    {
        var settings = network.Settings;
        return new NetworkInspectResponse
        {
            Name = network.Name,
            Id = network.Id,
            Created = Timestamp.Format(network.Created),
            Scope = network.Scope,
            Driver = settings.Driver,
            EnableIPv4 = settings.EnableIPv4,
            EnableIPv6 = settings.EnableIPv6,
            IPAM = new Ipam { Driver = settings.IpamDriver, Options = network.IsBuiltIn ? null : settings.IpamOptions, Config = Subnets(network) },
            Internal = settings.Internal,
            Attachable = settings.Attachable,
            Ingress = settings.Ingress,
            ConfigFrom = new ConfigReference { Network = settings.ConfigFrom },
            ConfigOnly = settings.ConfigOnly,
            Containers = (attached ?? []).ToDictionary(item => item.Container.Id.ToString(), item => Endpoint(item.Container, item.Endpoint)),
            Options = settings.Options,
            Labels = settings.Labels,
        };
    }

    private static IpamPool Pool(IpamConfig wire) => new(
        wire.Subnet ?? "",
        wire.IPRange is { Length: > 0 } range ? range : null,
        wire.Gateway is { Length: > 0 } gateway ? gateway : null)
    {
        AuxiliaryAddresses = wire.AuxAddress.OrEmpty(),
    };

    // Docker: what was asked as it was asked; what the engine chose with its gateway.
    private static IReadOnlyList<IpamConfig>? Subnets(Network network)
    {
        List<IpamConfig> subnets = [.. network.Settings.Pools.Where(pool => pool.Subnet.Length > 0).Select(pool => new IpamConfig
        {
            Subnet = pool.Subnet,
            IPRange = pool.IpRange,
            Gateway = pool.Gateway,
            AuxAddress = pool.AuxiliaryAddresses.NullIfEmpty(),
        })];
        if (network.Bridge is { } bridge)
        {
            if (bridge.Subnet is { } four && subnets.All(subnet => subnet.Subnet!.Contains(':')))
            {
                subnets.Add(new IpamConfig { Subnet = four.ToString(), Gateway = bridge.Gateway?.ToString() });
            }

            if (bridge.Subnet6 is { } six && !subnets.Any(subnet => subnet.Subnet!.Contains(':')))
            {
                subnets.Add(new IpamConfig { Subnet = six.ToString(), Gateway = bridge.Gateway6?.ToString() });
            }
        }

        return subnets.Count == 0 && network.Bridge is null && !network.Settings.ConfigOnly ? null : subnets;
    }

    private static NetworkEndpointResponse Endpoint(Container container, EndpointState endpoint) => new()
    {
        Name = container.Name,
        EndpointID = endpoint.EndpointId,
        MacAddress = endpoint.MacAddress.ToString(),
        IPv4Address = endpoint.Address is { } first ? string.Create(CultureInfo.InvariantCulture, $"{first}/{endpoint.PrefixLength}") : "",
        IPv6Address = endpoint.Address6 is { } second ? string.Create(CultureInfo.InvariantCulture, $"{second}/{endpoint.PrefixLength6}") : "",
    };
}

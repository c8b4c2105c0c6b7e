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
        if (wire.ConfigOnly || wire.ConfigFrom is { Network.Length: > 0 })
        {
            throw new GantryException(ErrorKind.NotImplemented, "configuration-only networks are not supported");
        }

        return new Engine.Networks.NetworkSettings
        {
            Name = wire.Name,
            Driver = wire.Driver is { Length: > 0 } driver ? driver : "bridge",
            Internal = wire.Internal,
            Attachable = wire.Attachable,
            Ingress = wire.Ingress,
            EnableIPv4 = wire.EnableIPv4 ?? true,
            EnableIPv6 = wire.EnableIPv6 ?? false,
            IpamDriver = wire.IPAM?.Driver is { Length: > 0 } ipam ? ipam : "default",
            IpamOptions = wire.IPAM?.Options.OrEmpty() ?? new Dictionary<string, string>(),
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
            Scope = "local",
            Driver = settings.Driver,
            EnableIPv4 = settings.EnableIPv4,
            EnableIPv6 = settings.EnableIPv6,
            IPAM = new Ipam { Driver = settings.IpamDriver, Options = settings.IpamOptions.NullIfEmpty(), Config = Subnets(network) },
            Internal = settings.Internal,
            Attachable = settings.Attachable,
            Ingress = settings.Ingress,
            Containers = (attached ?? []).ToDictionary(item => item.Container.Id.ToString(), item => Endpoint(item.Container, item.Endpoint)),
            Options = settings.Options,
            Labels = settings.Labels,
        };
    }

    private static IpamPool Pool(IpamConfig wire) => new(
        wire.Subnet ?? "",
        wire.IPRange is { Length: > 0 } range ? range : null,
        wire.Gateway is { Length: > 0 } gateway ? gateway : null);

    private static IReadOnlyList<IpamConfig>? Subnets(Network network) => network.Bridge switch
    {
        { } bridge => [new IpamConfig { Subnet = bridge.Subnet.ToString(), IPRange = bridge.IpRange?.ToString(), Gateway = bridge.Gateway.ToString() }],
        null when network.Settings.Pools.Count > 0 =>
            [.. network.Settings.Pools.Select(pool => new IpamConfig { Subnet = pool.Subnet, IPRange = pool.IpRange, Gateway = pool.Gateway })],
        _ => null,
    };

    private static NetworkEndpointResponse Endpoint(Container container, EndpointState endpoint) => new()
    {
        Name = container.Name,
        EndpointID = endpoint.EndpointId,
        MacAddress = endpoint.MacAddress.ToString(),
        IPv4Address = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address}/{endpoint.PrefixLength}"),
    };
}

using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>How a container joins its networks, and networks themselves.</summary>
internal static class NetworkSpecification
{
    /// <summary>The first network, or the mode as written with services turned into containers.</summary>
    public static string Mode(Project project, Service service, Func<string, IReadOnlyList<string>> containersOf) => service.NetworkMode switch
    {
        null => service.Networks is [var first, ..] ? project.Networks[first.Network].Name : "none",
        var mode when mode.StartsWith("service:", StringComparison.Ordinal) => "container:" + containersOf(mode["service:".Length..])[0],
        var mode => mode,
    };

    public static NetworkingConfig? Make(Project project, Service service, string name, Func<string, IReadOnlyList<string>> containersOf)
    {
        if (service.NetworkMode is not null || service.Networks.Count == 0)
        {
            return null;
        }

        var links = Links(service, containersOf);
        var endpoints = new Dictionary<string, EndpointSettings?>(StringComparer.Ordinal);
        foreach (var (index, network) in service.Networks.Index())
        {
            var addresses = network.IPv4Address is not null || network.IPv6Address is not null || network.LinkLocalAddresses.Count > 0;
            endpoints[project.Networks[network.Network].Name] = new EndpointSettings
            {
                Aliases = [.. (string[])[name, service.Name, .. network.Aliases]],
                IPAMConfig = addresses
                    ? new EndpointIpamConfig { IPv4Address = network.IPv4Address, IPv6Address = network.IPv6Address, LinkLocalIPs = network.LinkLocalAddresses.Count > 0 ? network.LinkLocalAddresses : null }
                    : null,
                MacAddress = network.MacAddress ?? (index == 0 ? service.Definition["mac_address"].Text : null) ?? "",
                DriverOpts = network.DriverOptions,
                GwPriority = network.GatewayPriority,
                Links = links.Count > 0 ? links : null,
            };
        }

        return new NetworkingConfig { EndpointsConfig = endpoints };
    }

    public static NetworkCreateRequest Create(Project project, NetworkDefinition network) => new()
    {
        Name = network.Name,
        Driver = network.Driver ?? "",
        Options = network.DriverOptions,
        Internal = network.Internal,
        Attachable = network.Attachable,
        EnableIPv4 = network.EnableIPv4,
        EnableIPv6 = network.EnableIPv6,
        IPAM = network.Subnets.Count == 0 && network.IpamDriver is null && network.IpamOptions is null ? null : new Ipam
        {
            Driver = network.IpamDriver ?? "default",
            Options = network.IpamOptions,
            Config = [.. network.Subnets.Select(subnet => new IpamConfig { Subnet = subnet.Address, IPRange = subnet.Range, Gateway = subnet.Gateway, AuxAddress = subnet.AuxiliaryAddresses })],
        },
        Labels = new Dictionary<string, string>(network.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [Labels.Project] = project.Name,
            [Labels.Network] = network.Key,
            [Labels.Version] = Labels.OurVersion,
            [Labels.ConfigHash] = network.ConfigHash,
        },
    };

    // Links to services reach all their containers; the names are short, with the number, and the alias.
    private static List<string> Links(Service service, Func<string, IReadOnlyList<string>> containersOf)
    {
        var links = new List<string>();
        foreach (var parts in service.Definition["links"].Texts.Select(link => link.Split(':', 2)))
        {
            links.AddRange(containersOf(parts[0]).Select(id => $"{id}:{parts[^1]}"));
        }

        links.AddRange(service.Definition["external_links"].Texts.Select(link => link.Contains(':') ? link : $"{link}:{link}"));
        return links;
    }
}

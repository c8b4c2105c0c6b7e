using Gantry.Engine.Containers;
using Wire = Gantry.Api.Networks;

namespace Gantry.Daemon.Mapping;

/// <summary>A container's place in a network.</summary>
internal static class EndpointMapping
{
    public static EndpointSettings ToSettings(this Wire.EndpointSettings? wire) => wire is null ? new EndpointSettings() : new EndpointSettings
    {
        IPv4Address = Given(wire.IPAMConfig?.IPv4Address),
        IPv6Address = Given(wire.IPAMConfig?.IPv6Address),
        MacAddress = Given(wire.MacAddress),
        Aliases = wire.Aliases.OrEmpty(),
        Links = wire.Links.OrEmpty(),
        DriverOptions = wire.DriverOpts.OrEmpty(),
        GatewayPriority = wire.GwPriority,
    };

    public static Wire.EndpointSettings ToWire(this NetworkAttachment attachment)
    {
        var (asked, got) = (attachment.Settings, attachment.Endpoint);
        return new Wire.EndpointSettings
        {
            IPAMConfig = asked.IPv4Address is null && asked.IPv6Address is null ? null
                : new Wire.EndpointIpamConfig { IPv4Address = asked.IPv4Address, IPv6Address = asked.IPv6Address },
            Links = asked.Links.NullIfEmpty(),
            Aliases = asked.Aliases.NullIfEmpty(),
            MacAddress = got?.MacAddress.ToString() ?? asked.MacAddress ?? "",
            DriverOpts = asked.DriverOptions.NullIfEmpty(),
            GwPriority = asked.GatewayPriority,
            NetworkID = attachment.NetworkId,
            EndpointID = got?.EndpointId ?? "",
            Gateway = $"{got?.Gateway}",
            IPAddress = $"{got?.Address}",
            IPPrefixLen = got?.PrefixLength ?? 0,
            GlobalIPv6Address = $"{got?.Address6}",
            GlobalIPv6PrefixLen = got?.PrefixLength6 ?? 0,
            IPv6Gateway = $"{got?.Gateway6}",
            DNSNames = attachment.DnsNames.NullIfEmpty(),
        };
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

using System.Net;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Gives each range, gateway and auxiliary address of <c>network create</c> to the subnet that contains it.</summary>
internal static class IpamOptions
{
    public static IReadOnlyList<IpamConfig> Combine(
        IReadOnlyList<string> subnets, IReadOnlyList<string> ranges, IReadOnlyList<string> gateways, IReadOnlyDictionary<string, string> auxiliary)
    {
        if (subnets.Count < ranges.Count || subnets.Count < gateways.Count)
        {
            throw new ExitException(1, "every ip-range or gateway must have a corresponding subnet");
        }

        var configs = subnets.Select(s => (Network: TryParse(s), Config: new IpamConfig { Subnet = s })).ToList();
        foreach (var range in ranges)
        {
            Find(configs, Parse(range).BaseAddress, $"no matching subnet for range {range}").IPRange = range;
        }

        foreach (var gateway in gateways)
        {
            Find(configs, IPAddress.TryParse(gateway, out var address) ? address : null, $"no matching subnet for gateway {gateway}").Gateway = gateway;
        }

        foreach (var (name, address) in auxiliary)
        {
            var config = Find(configs, IPAddress.TryParse(address, out var parsed) ? parsed : null, $"no matching subnet for aux-address {address}");
            config.AuxAddress = new Dictionary<string, string>(config.AuxAddress ?? new Dictionary<string, string>()) { [name] = address };
        }

        return configs.Select(c => c.Config).ToList();
    }

    private static IpamConfig Find(List<(IPNetwork? Network, IpamConfig Config)> configs, IPAddress? address, string message) =>
        configs.FirstOrDefault(c => address is not null && c.Network is { } network && network.Contains(address)).Config ?? throw new ExitException(1, message);

    // A subnet that is none is the daemon's to refuse.
    private static IPNetwork? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (ExitException)
        {
            return null;
        }
    }

    // Like Go's ParseCIDR: host bits may be set.
    private static IPNetwork Parse(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || !int.TryParse(text.AsSpan(slash + 1), out var length))
        {
            throw new ExitException(1, $"invalid CIDR address: {text}");
        }

        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }
}

using System.Net;
using System.Net.Sockets;
using Gantry.Core;
using Gantry.Engine.Networks;

namespace Gantry.Engine.Containers;

/// <summary>Refuses a place in a network that cannot be, in Docker's words.</summary>
internal static class EndpointCheck
{
    /// <param name="network">Null when there is none yet: then only what is written is checked.</param>
    /// <param name="endpoint">What was asked for.</param>
    /// <param name="prefix">What the message begins with: at create, <c>invalid config for network x: </c>.</param>
    /// <exception cref="GantryException">InvalidArgument; Forbidden for a configuration-only network.</exception>
    public static void Check(Network? network, EndpointSettings endpoint, string prefix)
    {
        if (network is { Settings.ConfigOnly: true })
        {
            throw new GantryException(ErrorKind.Forbidden, "failed to set up container networking: cannot create endpoint on configuration-only network");
        }

        EndpointOptions.Check(endpoint, prefix);
        if (endpoint.MacAddress is { Length: > 0 } mac && !MacAddress.TryParse(mac, null, out _))
        {
            throw GantryException.Invalid($"{prefix}invalid MAC address {mac}");
        }

        string[] faults =
        [
            .. endpoint.Aliases.Count > 0 && network is { IsBuiltIn: true } ? ["network-scoped alias is supported only for containers in user defined networks"] : Array.Empty<string>(),
            .. Address(network, endpoint.IPv4Address, AddressFamily.InterNetwork),
            .. Address(network, endpoint.IPv6Address, AddressFamily.InterNetworkV6),
        ];
        if (faults.Length > 0)
        {
            throw GantryException.Invalid($"{prefix}invalid endpoint settings:\n{(faults is [var only] ? only : string.Join('\n', faults.Select(fault => $"* {fault}")))}");
        }
    }

    private static IEnumerable<string> Address(Network? network, string? text, AddressFamily family)
    {
        if (text is not { Length: > 0 })
        {
            yield break;
        }

        var valid = IPAddress.TryParse(text, out var address) && address.AddressFamily == family;
        if (!valid)
        {
            yield return $"invalid {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address: {text}";
        }

        if (network is null)
        {
            yield break;
        }

        if (network.IsBuiltIn)
        {
            yield return "user specified IP address is supported on user defined networks only";
        }

        var subnets = network.Settings.Pools.Where(pool => pool.Subnet.Length > 0 && pool.IsIPv6 == (family == AddressFamily.InterNetworkV6)).ToArray();
        if (network.IsBuiltIn || subnets.Length == 0)
        {
            yield return "user specified IP address is supported only when connecting to networks with user configured subnets";
        }
        else if (!valid || !subnets.Any(pool => IPNetwork.TryParse(pool.Subnet, out var subnet) && subnet.Contains(address!)))
        {
            yield return $"no configured subnet or ip-range contain the IP address {text}";
        }
    }
}

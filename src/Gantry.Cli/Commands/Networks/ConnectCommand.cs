using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Connect a container to a network.</summary>
internal static class ConnectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var alias = options.Strings("alias", '\0', "Add network-scoped alias for the container");
        var driverOptions = options.Strings("driver-opt", '\0', "driver options for the network");
        var priority = options.Int("gw-priority", '\0', "Highest gw-priority provides the default gateway. Accepts positive and negative values.");
        var ip = options.String("ip", '\0', "IPv4 address (e.g., \"172.30.100.104\")");
        var ip6 = options.String("ip6", '\0', "IPv6 address (e.g., \"2001:db8::33\")");
        var link = options.List("link", '\0', "Add link to another container");
        var linkLocal = options.Strings("link-local-ip", '\0', "Add a link-local address for the container");
        return new Command
        {
            Usage = "connect [OPTIONS] NETWORK CONTAINER",
            Summary = "Connect a container to a network",
            Arity = Arity.Exactly(2),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var endpoint = new EndpointSettings
                {
                    IPAMConfig = new EndpointIpamConfig
                    {
                        IPv4Address = ip.IsSet ? ip.Value : null,
                        IPv6Address = ip6.IsSet ? ip6.Value : null,
                        LinkLocalIPs = linkLocal.IsSet ? linkLocal.Values : null,
                    },
                    Links = link.IsSet ? link.Values : null,
                    Aliases = alias.IsSet ? alias.Values : null,
                    DriverOpts = driverOptions.IsSet ? KeyValues.Parse(driverOptions.Values) : null,
                    GwPriority = (int)priority.Value,
                };
                await context.Client.Networks.ConnectAsync(
                    arguments[0], new NetworkConnectRequest { Container = arguments[1], EndpointConfig = endpoint }, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

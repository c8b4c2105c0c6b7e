using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Create a network.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var attachable = options.Switch("attachable", '\0', "Enable manual container attachment");
        var auxiliary = options.List("aux-address", '\0', "Auxiliary IPv4 or IPv6 addresses used by Network driver", type: "map", defaultText: "map[]");
        var configFrom = options.String("config-from", '\0', "The network from which to copy the configuration");
        var configOnly = options.Switch("config-only", '\0', "Create a configuration only network");
        var driver = options.String("driver", 'd', "Driver to manage the Network", initial: "bridge");
        var gateway = options.Strings("gateway", '\0', "IPv4 or IPv6 Gateway for the master subnet");
        var ingress = options.Switch("ingress", '\0', "Create swarm routing-mesh network");
        var isInternal = options.Switch("internal", '\0', "Restrict external access to the network");
        var range = options.Strings("ip-range", '\0', "Allocate container ip from a sub-range");
        var ipamDriver = options.String("ipam-driver", '\0', "IP Address Management Driver", initial: "default");
        var ipamOptions = options.List("ipam-opt", '\0', "Set IPAM driver specific options", type: "map", defaultText: "map[]");
        var ipv4 = options.Switch("ipv4", '\0', "Enable or disable IPv4 address assignment", initial: true);
        var ipv6 = options.Switch("ipv6", '\0', "Enable or disable IPv6 address assignment");
        var label = options.List("label", '\0', "Set metadata on a network");
        var driverOptions = options.List("opt", 'o', "Set driver specific options", type: "map", defaultText: "map[]");
        var scope = options.String("scope", '\0', "Control the network's scope");
        var subnet = options.Strings("subnet", '\0', "Subnet in CIDR format that represents a network segment");
        return new Command
        {
            Usage = "create [OPTIONS] NETWORK",
            Summary = "Create a network",
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var created = await context.Client.Networks.CreateAsync(
                    new NetworkCreateRequest
                    {
                        Name = arguments[0],
                        Driver = driver.Value,
                        Options = KeyValues.Parse(driverOptions.Values),
                        IPAM = new Ipam
                        {
                            Driver = ipamDriver.Value,
                            Config = IpamOptions.Combine(subnet.Values, range.Values, gateway.Values, KeyValues.Parse(auxiliary.Values)),
                            Options = KeyValues.Parse(ipamOptions.Values),
                        },
                        Internal = isInternal.Value,
                        EnableIPv4 = ipv4.IsSet ? ipv4.Value : null,
                        EnableIPv6 = ipv6.IsSet ? ipv6.Value : null,
                        Attachable = attachable.Value,
                        Ingress = ingress.Value,
                        Scope = scope.Value,
                        ConfigOnly = configOnly.Value,
                        ConfigFrom = configFrom.Value.Length > 0 ? new ConfigReference { Network = configFrom.Value } : null,
                        Labels = KeyValues.Parse(label.Values),
                    },
                    cancellationToken).ConfigureAwait(false);
                if (created.Warning.Length > 0)
                {
                    context.Error.WriteLine("WARNING: " + created.Warning);
                }

                context.Out.WriteLine(created.Id);
                return 0;
            },
        };
    }
}

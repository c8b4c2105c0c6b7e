using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Display detailed information on one or more networks.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        var verbose = options.Switch("verbose", 'v', "Verbose output for diagnostics");
        return new Command
        {
            Usage = "inspect [OPTIONS] NETWORK [NETWORK...]",
            Summary = "Display detailed information on one or more networks",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) =>
                InspectOutput.RunAsync(context, names, format.Value, name => context.Client.Networks.InspectRawAsync(name, verbose.Value, cancellationToken), DockerJson.Wire.NetworkInspectResponse),
        };
    }
}

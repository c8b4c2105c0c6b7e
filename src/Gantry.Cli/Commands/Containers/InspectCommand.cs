using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Display detailed information on one or more containers.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        var size = options.Switch("size", 's', "Display total file sizes");
        return new Command
        {
            Usage = "inspect [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Display detailed information on one or more containers",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) =>
                InspectOutput.RunAsync(context, names, format.Value, name => context.Client.Containers.InspectRawAsync(name, size.Value, cancellationToken), DockerJson.Wire.ContainerInspectResponse),
        };
    }
}

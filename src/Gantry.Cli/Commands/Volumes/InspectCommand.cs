using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Display detailed information on one or more volumes.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        return new Command
        {
            Usage = "inspect [OPTIONS] VOLUME [VOLUME...]",
            Summary = "Display detailed information on one or more volumes",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) =>
                InspectOutput.RunAsync(context, names, format.Value, async name => new Inspected(await context.Client.Volumes.InspectRawAsync(name, cancellationToken).ConfigureAwait(false), DockerJson.Wire.VolumeResponse) { IsComplete = true }),
        };
    }
}

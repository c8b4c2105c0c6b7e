using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Kill one or more running containers.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var signal = options.String("signal", 's', "Signal to send to the container");
        return new Command
        {
            Usage = "kill [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Kill one or more running containers",
            Aliases = ["container kill", "kill"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, containers, cancellationToken) =>
                context.ForEachNamedAsync(containers, c => context.Client.Containers.KillAsync(c, signal.Value, cancellationToken)),
        };
    }
}

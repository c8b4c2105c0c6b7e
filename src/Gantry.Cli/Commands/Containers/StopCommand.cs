using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Stop one or more running containers.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var signal = options.String("signal", 's', "Signal to send to the container");
        var timeout = options.Int("timeout", 't', "Seconds to wait before killing the container");
        options.Alias("time", timeout);
        return new Command
        {
            Usage = "stop [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Stop one or more running containers",
            Aliases = ["container stop", "stop"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, containers, cancellationToken) => context.ForEachNamedAsync(containers, c =>
                context.Client.Containers.StopAsync(c, timeout.IsSet ? (int)timeout.Value : null, signal.Value, cancellationToken)),
        };
    }
}

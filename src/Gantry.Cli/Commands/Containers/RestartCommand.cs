using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Restart one or more containers.</summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var signal = options.String("signal", 's', "Signal to send to the container");
        var timeout = options.Int("timeout", 't', "Seconds to wait before killing the container");
        options.Alias("time", timeout);
        return new Command
        {
            Usage = "restart [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Restart one or more containers",
            Aliases = ["container restart", "restart"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, containers, cancellationToken) => context.ForEachNamedAsync(containers, c =>
                context.Client.Containers.RestartAsync(c, timeout.IsSet ? (int)timeout.Value : null, signal.Value, cancellationToken)),
        };
    }
}

using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Disconnect a container from a network.</summary>
internal static class DisconnectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force the container to disconnect from a network");
        return new Command
        {
            Usage = "disconnect [OPTIONS] NETWORK CONTAINER",
            Summary = "Disconnect a container from a network",
            Arity = Arity.Exactly(2),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                await context.Client.Networks.DisconnectAsync(
                    arguments[0], new NetworkDisconnectRequest { Container = arguments[1], Force = force.Value }, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

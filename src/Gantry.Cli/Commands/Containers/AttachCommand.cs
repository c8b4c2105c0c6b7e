using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;
using Gantry.Client;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Attach local standard input, output, and error streams to a running container.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var detachKeys = options.String("detach-keys", '\0', "Override the key sequence for detaching a container");
        var noStdin = options.Switch("no-stdin", '\0', "Do not attach STDIN");
        var proxySignals = options.Switch("sig-proxy", '\0', "Proxy all received signals to the process", initial: true);
        return new Command
        {
            Usage = "attach [OPTIONS] CONTAINER",
            Summary = "Attach local standard input, output, and error streams to a running container",
            Aliases = ["container attach", "attach"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = (context, arguments, cancellationToken) =>
                RunAsync(context, arguments[0], !noStdin.Value, proxySignals.Value, detachKeys.Value, cancellationToken),
        };
    }

    private static async Task<int> RunAsync(CommandContext context, string name, bool withStdin, bool proxySignals, string detachKeys, CancellationToken cancellationToken)
    {
        var containers = context.Client.Containers;
        var container = await InspectRunningAsync(containers, name, cancellationToken).ConfigureAwait(false);
        var stdin = withStdin && container.Config.OpenStdin;
        if (stdin && container.Config.Tty && !context.Console.InputIsTerminal)
        {
            throw new ExitException(1, "the input device is not a TTY");
        }

        var exit = await containers.BeginWaitAsync(container.Id, null, cancellationToken).ConfigureAwait(false);
        await using var stream = await containers.AttachAsync(container.Id, new AttachOptions { Stdin = stdin, DetachKeys = detachKeys }, cancellationToken).ConfigureAwait(false);

        // One that ended before the attach would be waited for until its next run.
        await InspectRunningAsync(containers, container.Id, cancellationToken).ConfigureAwait(false);
        using var proxy = proxySignals && !container.Config.Tty ? new SignalProxy(s => containers.KillAsync(container.Id, s, CancellationToken.None)) : null;
        using var size = container.Config.Tty && context.Console.OutputIsTerminal
            ? await TerminalSize.FollowAsync(context, (rows, columns) => containers.ResizeAsync(container.Id, rows, columns, CancellationToken.None)).ConfigureAwait(false)
            : null;
        var session = new StreamSession
        {
            Terminal = container.Config.Tty,
            Stdin = stdin,
            Stdout = true,
            Stderr = true,
            DetachKeys = DetachKeys.Parse(detachKeys.Length > 0 ? detachKeys : context.Config.DetachKeys),
        };
        return await session.RunAsync(context, stream, cancellationToken).ConfigureAwait(false) ? (int)(await exit.ConfigureAwait(false)).StatusCode : 0;
    }

    private static async Task<ContainerInspectResponse> InspectRunningAsync(ContainerClient containers, string name, CancellationToken cancellationToken)
    {
        var container = await containers.InspectAsync(name, cancellationToken).ConfigureAwait(false);
        return container.State is { Running: true, Paused: false, Restarting: false } ? container : throw new ExitException(1, container.State switch
        {
            { Paused: true } => "You cannot attach to a paused container, unpause it first",
            { Restarting: true } => "You cannot attach to a restarting container, wait until it is running",
            _ => "You cannot attach to a stopped container, start it first",
        });
    }
}

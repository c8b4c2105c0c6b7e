using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Start one or more stopped containers, and stay with one of them when asked.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var attach = options.Switch("attach", 'a', "Attach STDOUT/STDERR and forward signals");
        options.String("checkpoint", '\0', "Restore from this checkpoint", hidden: true);
        options.String("checkpoint-dir", '\0', "Use a custom checkpoint storage directory", hidden: true);
        var detachKeys = options.String("detach-keys", '\0', "Override the key sequence for detaching a container");
        var interactive = options.Switch("interactive", 'i', "Attach container's STDIN");
        return new Command
        {
            Usage = "start [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Start one or more stopped containers",
            Aliases = ["container start", "start"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, containers, cancellationToken) =>
            {
                if (!attach.Value && !interactive.Value)
                {
                    return await StartAsync(context, containers, cancellationToken).ConfigureAwait(false);
                }

                return containers.Count == 1
                    ? await AttachedAsync(context, containers[0], interactive.Value, detachKeys.Value, cancellationToken).ConfigureAwait(false)
                    : throw new ExitException(1, "you cannot start and attach multiple containers at once");
            },
        };
    }

    private static async Task<int> StartAsync(CommandContext context, IReadOnlyList<string> containers, CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (var container in containers)
        {
            try
            {
                await context.Client.Containers.StartAsync(container, null, cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine(container);
            }
            catch (GantryException e)
            {
                context.Error.WriteLine(e.DisplayMessage);
                failed.Add(container);
            }
        }

        return failed.Count == 0 ? 0 : throw new ExitException(1, $"Error: failed to start containers: {string.Join(", ", failed)}");
    }

    private static async Task<int> AttachedAsync(CommandContext context, string name, bool interactive, string detachKeys, CancellationToken cancellationToken)
    {
        var containers = context.Client.Containers;
        var container = await containers.InspectAsync(name, cancellationToken).ConfigureAwait(false);
        var stdin = interactive && container.Config.OpenStdin;
        await using var stream = await containers.AttachAsync(container.Id, new AttachOptions { Stdin = stdin, DetachKeys = detachKeys }, cancellationToken).ConfigureAwait(false);
        var exit = await containers.BeginWaitAsync(container.Id, container.HostConfig.AutoRemove ? "removed" : "next-exit", cancellationToken).ConfigureAwait(false);
        using var proxy = container.Config.Tty ? null : new SignalProxy(s => containers.KillAsync(container.Id, s, CancellationToken.None));
        var session = new StreamSession
        {
            Terminal = container.Config.Tty,
            Stdin = stdin,
            Stdout = true,
            Stderr = true,
            DetachKeys = DetachKeys.Parse(detachKeys.Length > 0 ? detachKeys : context.Config.DetachKeys),
        };
        var streaming = session.RunAsync(context, stream, cancellationToken);
        await containers.StartAsync(container.Id, null, cancellationToken).ConfigureAwait(false);
        using var size = container.Config.Tty && context.Console.OutputIsTerminal
            ? await TerminalSize.FollowAsync(context, (rows, columns) => containers.ResizeAsync(container.Id, rows, columns, CancellationToken.None)).ConfigureAwait(false)
            : null;
        return await streaming.ConfigureAwait(false) ? (int)(await ExitStatus.OfAsync(exit).ConfigureAwait(false)).StatusCode : 0;
    }
}

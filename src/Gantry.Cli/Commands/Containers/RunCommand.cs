using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Create and run a new container from an image.</summary>
internal sealed class RunCommand
{
    private readonly OptionTable options = new() { Interspersed = false };
    private readonly Switch detach;
    private readonly Switch proxySignals;
    private readonly ValueOption<string> detachKeys;
    private readonly ContainerOptions container;
    private readonly ContainerCreation creation;

    private RunCommand()
    {
        detach = options.Switch("detach", 'd', "Run container in background and print container ID");
        proxySignals = options.Switch("sig-proxy", '\0', "Proxy received signals to the process", initial: true);
        detachKeys = options.String("detach-keys", '\0', "Override the key sequence for detaching a container");
        container = new ContainerOptions(options);
        creation = new ContainerCreation(options);
        container.AddAliases();
    }

    public static Command Create()
    {
        var run = new RunCommand();
        return new Command
        {
            Usage = "run [OPTIONS] IMAGE [COMMAND] [ARG...]",
            Summary = "Create and run a new container from an image",
            Aliases = ["container run", "run"],
            Arity = Arity.AtLeast(1),
            Options = run.options,
            Action = run.RunAsync,
        };
    }

    private async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (container is { Terminal: true, Interactive: true } && !detach.Value && !context.Console.InputIsTerminal)
        {
            throw new ExitException(1, "the input device is not a TTY");
        }

        if (detach.Value && container.AttachTo.Count > 0)
        {
            throw new ExitException(1, "conflicting options: cannot specify both --attach and --detach");
        }

        ContainerCreateRequest request;
        try
        {
            request = Request(context, arguments);
        }
        catch (FormatException e)
        {
            throw RunFailure.Usage(context, e.Message, "run");
        }

        try
        {
            var id = await creation.CreateAsync(context, request, cancellationToken).ConfigureAwait(false);
            return detach.Value
                ? await StartDetachedAsync(context, id, cancellationToken).ConfigureAwait(false)
                : await RunAttachedAsync(context, id, request, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            throw RunFailure.Of(context, e.Message, "run");
        }
        catch (GantryException e)
        {
            throw RunFailure.Of(context, e, "run");
        }
        catch (ExitException e) when (e.Code == 1)
        {
            throw RunFailure.Of(context, e.Message, "run");
        }
    }

    private ContainerCreateRequest Request(CommandContext context, IReadOnlyList<string> arguments)
    {
        var request = container.Request(arguments[0], arguments.Skip(1).ToList());
        if (detach.Value)
        {
            return request with { AttachStdin = false, AttachStdout = false, AttachStderr = false, StdinOnce = false };
        }

        if (container.Terminal && context.Console.OutputIsTerminal)
        {
            var (rows, columns) = context.Console.Size;
            request.HostConfig!.ConsoleSize = [rows, columns];
        }

        return request;
    }

    private static async Task<int> StartDetachedAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        await context.Client.Containers.StartAsync(id, null, cancellationToken).ConfigureAwait(false);
        context.Out.WriteLine(id);
        return 0;
    }

    private async Task<int> RunAttachedAsync(CommandContext context, string id, ContainerCreateRequest request, CancellationToken cancellationToken)
    {
        var containers = context.Client.Containers;
        var session = new StreamSession
        {
            Terminal = request.Tty,
            Stdin = request.AttachStdin,
            Stdout = request.AttachStdout,
            Stderr = request.AttachStderr,
            DetachKeys = DetachKeys.Parse(detachKeys.Value.Length > 0 ? detachKeys.Value : context.Config.DetachKeys),
        };
        await using var stream = await containers.AttachAsync(
            id, new AttachOptions { Stdin = session.Stdin, Stdout = session.Stdout, Stderr = session.Stderr, DetachKeys = detachKeys.Value }, cancellationToken).ConfigureAwait(false);
        var exit = await containers.BeginWaitAsync(id, container.AutoRemove ? "removed" : "next-exit", cancellationToken).ConfigureAwait(false);
        using var proxy = proxySignals.Value && !request.Tty ? new SignalProxy(s => containers.KillAsync(id, s, CancellationToken.None)) : null;

        // Output may come before start answers, so both run at once.
        var streaming = session.RunAsync(context, stream, cancellationToken);
        try
        {
            await containers.StartAsync(id, null, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (!session.Stdin)
            {
                await ((Task)streaming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw;
        }

        using var size = request.Tty && context.Console.OutputIsTerminal
            ? await TerminalSize.FollowAsync(context, (rows, columns) => containers.ResizeAsync(id, rows, columns, CancellationToken.None)).ConfigureAwait(false)
            : null;
        if (!await streaming.ConfigureAwait(false))
        {
            return 0;
        }

        var result = await ExitStatus.OfAsync(exit).ConfigureAwait(false);
        return result.Error is { Message.Length: > 0 } error ? throw new ExitException(125, error.Message) : (int)result.StatusCode;
    }
}

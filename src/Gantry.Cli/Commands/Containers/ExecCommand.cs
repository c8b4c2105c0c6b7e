using Gantry.Api.Exec;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Execute a command in a running container.</summary>
internal sealed class ExecCommand
{
    private readonly OptionTable options = new() { Interspersed = false };
    private readonly Switch detach;
    private readonly Switch interactive;
    private readonly Switch privileged;
    private readonly Switch terminal;
    private readonly ValueOption<string> detachKeys;
    private readonly ValueOption<string> user;
    private readonly ValueOption<string> directory;
    private readonly ListOption environment;
    private readonly ListOption environmentFiles;

    private ExecCommand()
    {
        detach = options.Switch("detach", 'd', "Detached mode: run command in the background");
        detachKeys = options.String("detach-keys", '\0', "Override the key sequence for detaching a container");
        environment = options.List("env", 'e', "Set environment variables");
        environmentFiles = options.List("env-file", '\0', "Read in a file of environment variables");
        interactive = options.Switch("interactive", 'i', "Keep STDIN open even if not attached");
        privileged = options.Switch("privileged", '\0', "Give extended privileges to the command");
        terminal = options.Switch("tty", 't', "Allocate a pseudo-TTY");
        user = options.String("user", 'u', "Username or UID (format: \"<name|uid>[:<group|gid>]\")");
        directory = options.String("workdir", 'w', "Working directory inside the container");
    }

    public static Command Create()
    {
        var exec = new ExecCommand();
        return new Command
        {
            Usage = "exec [OPTIONS] CONTAINER COMMAND [ARG...]",
            Summary = "Execute a command in a running container",
            Aliases = ["container exec", "exec"],
            Arity = Arity.AtLeast(2),
            Options = exec.options,
            Action = exec.RunAsync,
        };
    }

    private async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (!detach.Value && interactive.Value && terminal.Value && !context.Console.InputIsTerminal)
        {
            // Docker asks first whether there is such a container.
            await context.Client.Containers.InspectAsync(arguments[0], cancellationToken: cancellationToken).ConfigureAwait(false);
            throw new ExitException(1, "the input device is not a TTY");
        }

        var request = new ExecCreateRequest
        {
            User = user.Value,
            Privileged = privileged.Value,
            Tty = terminal.Value,
            AttachStdin = !detach.Value && interactive.Value,
            AttachStdout = !detach.Value,
            AttachStderr = !detach.Value,
            DetachKeys = detachKeys.Value.Length > 0 ? detachKeys.Value : context.Config.DetachKeys ?? "",
            Env = [.. KeyValueFiles.Read(environmentFiles.Values, fromEnvironment: true), .. environment.Values.Select(KeyValueFiles.Variable)],
            WorkingDir = directory.Value,
            Cmd = arguments.Skip(1).ToList(),
            ConsoleSize = ConsoleSize(context),
        };
        var exec = context.Client.Exec;
        var id = await exec.CreateAsync(arguments[0], request, cancellationToken).ConfigureAwait(false);
        var start = new ExecStartRequest { Tty = request.Tty, ConsoleSize = request.ConsoleSize };
        if (detach.Value)
        {
            await exec.StartDetachedAsync(id, start, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        await using var stream = await exec.StartAttachedAsync(id, start, cancellationToken).ConfigureAwait(false);
        using var size = request.Tty && context.Console.OutputIsTerminal
            ? await TerminalSize.FollowAsync(context, (rows, columns) => exec.ResizeAsync(id, rows, columns, CancellationToken.None)).ConfigureAwait(false)
            : null;
        var session = new StreamSession
        {
            Terminal = request.Tty,
            Stdin = request.AttachStdin,
            Stdout = true,
            Stderr = true,
            DetachKeys = DetachKeys.Parse(detachKeys.Value.Length > 0 ? detachKeys.Value : context.Config.DetachKeys),
        };
        if (!await session.RunAsync(context, stream, cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        return (await exec.InspectAsync(id, cancellationToken).ConfigureAwait(false)).ExitCode ?? 0;
    }

    private int[]? ConsoleSize(CommandContext context)
    {
        if (!terminal.Value || !context.Console.OutputIsTerminal)
        {
            return null;
        }

        var (rows, columns) = context.Console.Size;
        return [rows, columns];
    }
}

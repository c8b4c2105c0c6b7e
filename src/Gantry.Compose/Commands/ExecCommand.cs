using Gantry.Api.Exec;
using Gantry.Compose.Execution;

namespace Gantry.Compose.Commands;

/// <summary><c>exec</c>: another process in a service's container; with a terminal unless told otherwise.</summary>
internal static class ExecCommand
{
    public const string Flags = "no-tty,T no-TTY detach,d env,e= user,u= workdir,w= index= privileged interactive,i tty,t";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positionals.Count < 2)
        {
            throw new UsageException("\"gantry compose exec\" requires at least 2 arguments.");
        }

        var client = context.Client;
        var container = await context.ContainerAsync(arguments.Positionals[0], arguments.Integer("index"), cancellationToken).ConfigureAwait(false);
        var tty = !arguments.Has("no-tty") && !arguments.Has("no-TTY") && context.Host.InputIsTerminal && context.Host.OutputIsTerminal;
        var interactive = !arguments.IsGiven("interactive") || arguments.Has("interactive");
        var detach = arguments.Has("detach");
        var (width, height) = context.Host.TerminalSize();
        IReadOnlyList<int>? size = tty ? [height, width] : null;
        var id = await client.Exec.CreateAsync(
            container.Id,
            new ExecCreateRequest
            {
                Cmd = [.. arguments.Positionals.Skip(1)],
                Tty = tty,
                AttachStdin = interactive && !detach,
                AttachStdout = !detach,
                AttachStderr = !detach,
                User = arguments.Value("user") ?? "",
                WorkingDir = arguments.Value("workdir") ?? "",
                Privileged = arguments.Has("privileged"),
                Env = [.. arguments.Values("env").Select(item => item.Contains('=') ? item : $"{item}={context.Host.Environment.GetValueOrDefault(item)}")],
                ConsoleSize = size,
            },
            cancellationToken).ConfigureAwait(false);
        if (detach)
        {
            await client.Exec.StartDetachedAsync(id, new ExecStartRequest { Detach = true }, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        await using var stream = await client.Exec.StartAttachedAsync(id, new ExecStartRequest { Tty = tty, ConsoleSize = size }, cancellationToken).ConfigureAwait(false);
        await new StreamSession(context.Host).RunAsync(stream, tty, interactive, (rows, columns) => client.Exec.ResizeAsync(id, rows, columns, cancellationToken), cancellationToken).ConfigureAwait(false);
        return (await client.Exec.InspectAsync(id, cancellationToken).ConfigureAwait(false)).ExitCode ?? 0;
    }
}

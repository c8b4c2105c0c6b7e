using Gantry.Client;
using Gantry.Compose.Commands;
using Gantry.Core;

namespace Gantry.Compose;

/// <summary>
/// <c>gantry compose</c>: everything happens here, in the client, over the Docker Engine API; so it works the same against
/// Gantry and against a real Docker Engine.
/// </summary>
public static class ComposeCommand
{
    /// <param name="args">What follows <c>compose</c> on the command line.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> args, GantryClient client, CancellationToken cancellationToken) =>
        RunAsync(args, client, ComposeHost.OfProcess(), cancellationToken);

    public static Task<int> RunAsync(IReadOnlyList<string> args, GantryClient client, TextWriter stdout, TextWriter stderr, CancellationToken cancellationToken) =>
        RunAsync(
            args,
            client,
            ComposeHost.OfProcess() with { Out = stdout, Error = stderr, OutputIsTerminal = false, ErrorIsTerminal = false, InputIsTerminal = false, OpenOutput = null, OpenError = null },
            cancellationToken);

    /// <param name="host">The surroundings, given by the CLI (raw mode, credentials) or a test.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, GantryClient client, ComposeHost host, CancellationToken cancellationToken)
    {
        try
        {
            var global = Arguments.Parse(args, ComposeContext.GlobalFlags, stopAtPositional: true);
            if (global.Positionals.Count == 0 || global.Has("help"))
            {
                await host.Out.WriteLineAsync(global.Has("version") ? VersionCommand.Text : CommandTable.Help).ConfigureAwait(false);
                return 0;
            }

            var name = global.Positionals[0];
            var command = CommandTable.Find(name) ?? throw new UsageException($"unknown docker command: \"compose {name}\"");
            var arguments = Arguments.Parse([.. global.Positionals.Skip(1)], command.Flags, command.StopsAtPositional);
            if (arguments.Has("help"))
            {
                await host.Out.WriteLineAsync(command.Usage).ConfigureAwait(false);
                return 0;
            }

            return await command.RunAsync(new ComposeContext(client, host, global), arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException problem)
        {
            await host.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return 1;
        }
        catch (GantryException problem)
        {
            await host.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130;
        }
    }
}

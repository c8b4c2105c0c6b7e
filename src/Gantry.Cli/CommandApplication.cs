using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Completion;
using Gantry.Cli.Extensions;
using Gantry.Cli.Terminal;
using Gantry.Client;
using Gantry.Client.Http;
using Gantry.Core;

namespace Gantry.Cli;

/// <summary>Finds the command, parses its options, runs it, and turns failures into docker's messages and exit codes.</summary>
internal sealed class CommandApplication(StandardStreams console, Func<DaemonEndpoint, GantryClient> connect)
{
    public async Task<int> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await DispatchAsync(program, arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (ExitException e)
        {
            Report(e.Message);
            return e.Code;
        }
        catch (GantryException e)
        {
            Report(e.DisplayMessage);
            return 1;
        }
        catch (FormatException e)
        {
            Report(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(e.Message);
            return 1;
        }
        finally
        {
            Flush();
        }
    }

    private async Task<int> DispatchAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var global = new GlobalOptions();
        IReadOnlyList<string> rest;
        try
        {
            rest = OptionParser.Parse(global.Table, arguments);
        }
        catch (HelpRequestedException help)
        {
            WarnOfShorthand(help);
            rest = [];
        }
        catch (UsageException e)
        {
            throw new ExitException(125, $"{e.Message}\n\nUsage:  {program} [OPTIONS] COMMAND [ARG...]\n\nRun '{program} --help' for more information");
        }

        using var context = new CommandContext(program, console, global, connect);
        if (global.Context is not null && global.Host is not null)
        {
            throw new ExitException(1, "conflicting options: cannot specify both --host and --context");
        }

        global.CheckLevel();
        if (global.Version.Value)
        {
            context.Out.WriteLine(Commands.Host.VersionCommand.ShortText);
            return 0;
        }

        var plugins = new Lazy<CliPlugins>(() => new CliPlugins(context.Config));
        if (rest.Count == 0 || (rest.Count == 1 && rest[0] == "help"))
        {
            // Asked for it is output; docker shows it as a complaint to those who gave nothing.
            (arguments.Count == 0 ? context.Error : context.Out).Write(TopLevelHelp.Text(program, global.Table, plugins.Value.List()));
            return 0;
        }

        if (CompletionRequest.Is(rest[0]))
        {
            return await new CompletionRequest(context, global.Table, plugins).AnswerAsync(rest, cancellationToken).ConfigureAwait(false);
        }

        if (rest[0] == "help")
        {
            var topic = rest.Skip(1).ToList();
            if (CommandCatalog.Resolve(topic) is var named && (named is { Rest.Count: > 0 } || (named is null && plugins.Value.Find(topic[0]) is null)))
            {
                throw new ExitException(1, $"unknown help topic: {string.Join(' ', named?.Rest ?? topic)}");
            }

            rest = [.. topic, "--help"];
        }

        var before = arguments.Take(arguments.Count - rest.Count);
        rest = CommandAliases.Apply(context.Config.Map("aliases"), rest);
        if (CommandCatalog.Resolve(rest) is not { } found)
        {
            throw plugins.Value.Find(rest[0]) is { } plugin
                ? CliPlugins.Run(plugin, [.. before, .. rest], () => context.Client.Endpoint)
                : new ExitException(1, $"{program}: unknown command: {program} {rest[0]}\n\nRun '{program} --help' for more information");
        }

        return found.Create is { } create
            ? await RunCommandAsync(context, create(), found.Path, found.Rest, cancellationToken).ConfigureAwait(false)
            : ShowGroup(context, found.Group!, found.Path, found.Rest);
    }

    private int ShowGroup(CommandContext context, CommandGroup group, string path, IReadOnlyList<string> rest)
    {
        var usage = $"Usage:  {context.Program} {path}{(path is "volume" or "manifest" ? " COMMAND" : "")}\n\nRun '{context.Program} {path} --help' for more information";
        try
        {
            if (OptionParser.Parse(new OptionTable { Interspersed = false }, rest) is [var unknown, ..])
            {
                throw new ExitException(1, $"{context.Program}: unknown command: {context.Program} {path} {unknown}\n\n{usage}");
            }
        }
        catch (HelpRequestedException help)
        {
            WarnOfShorthand(help);
            context.Out.Write(HelpText.Of(group, context.Program, path));
            return 0;
        }
        catch (UsageException e)
        {
            throw new ExitException(125, $"{e.Message}\n\n{usage}");
        }

        context.Error.Write(HelpText.Of(group, context.Program, path));
        return 0;
    }

    private async Task<int> RunCommandAsync(CommandContext context, Command command, string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (command.TakesRawArguments)
        {
            return await command.Action(context, arguments, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<string> rest;
        try
        {
            rest = OptionParser.Parse(command.Options, arguments);
        }
        catch (HelpRequestedException help)
        {
            WarnOfShorthand(help);
            context.Out.Write(HelpText.Of(command, context.Program, path));
            return 0;
        }
        catch (UsageException e)
        {
            throw new ExitException(125, $"{e.Message}\n\n{HelpText.UsageLine(command, context.Program, path)}\n\nRun '{context.Program} {path} --help' for more information");
        }

        CheckArity(context.Program, command, path, rest.Count);
        return await command.Action(context, rest, cancellationToken).ConfigureAwait(false);
    }

    private static void CheckArity(string program, Command command, string path, int count)
    {
        var (minimum, maximum) = command.Arity;
        if (count >= minimum && count <= maximum)
        {
            return;
        }

        if (command.HasPlainArity)
        {
            throw new ExitException(1, $"accepts {minimum} arg(s), received {count}");
        }

        var (problem, hint) = (minimum, maximum) switch
        {
            (0, 0) => ("accepts no arguments", "Run"),
            (_, int.MaxValue) => ($"requires at least {Arguments(minimum)}", "See"),
            (0, _) => ($"requires at most {Arguments(maximum)}", "Run"),
            _ when minimum == maximum => ($"requires {Arguments(minimum)}", "Run"),
            _ => ($"requires at least {minimum} and at most {Arguments(maximum)}", "Run"),
        };
        throw new ExitException(1, $"{program}: '{program} {path}' {problem}\n\n{HelpText.UsageLine(command, program, path)}\n\n{hint} '{program} {path} --help' for more information");
    }

    private static string Arguments(int count) => count == 1 ? "1 argument" : $"{count} arguments";

    private void WarnOfShorthand(HelpRequestedException help)
    {
        if (help.ByShorthand)
        {
            console.Error.WriteLine(HelpRequestedException.Warning);
        }
    }

    private void Report(string message)
    {
        Flush();
        if (message.Length > 0)
        {
            console.Error.WriteLine(message);
        }
    }

    private void Flush()
    {
        try
        {
            console.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody reads any more (a pipe to head, say).
        }
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;
using Gantry.Compose;

namespace Gantry.Cli.Commands;

/// <summary><c>compose</c>: everything behind it belongs to Gantry.Compose; this side lends it the terminal and the credentials.</summary>
internal static class ComposeCommand
{
    public static Command Create() => new()
    {
        Usage = "compose [OPTIONS] COMMAND",
        Summary = "Define and run multi-container applications",
        TakesRawArguments = true,
        Action = (context, arguments, cancellationToken) => Compose.ComposeCommand.RunAsync(arguments, context.Client, HostOf(context), cancellationToken),
    };

    private static ComposeHost HostOf(CommandContext context) => ComposeHost.OfProcess() with
    {
        OpenInput = () => context.Console.Input,
        TerminalSize = () => context.Console.Size is var (rows, columns) ? (columns, rows) : default,
        EnterRawMode = context.Console.InputIsTerminal ? () => new RawInput() : null,
        FindCredentials = (registry, _) => Task.FromResult(context.Config.Credentials(ConfigFile.KeyFor(registry))),
        AllCredentials = context.Config.AllCredentials,
    };
}

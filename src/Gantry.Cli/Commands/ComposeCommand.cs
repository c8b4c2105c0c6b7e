using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary><c>compose</c>: everything behind it belongs to Gantry.Compose.</summary>
internal static class ComposeCommand
{
    public static Command Create() => new()
    {
        Usage = "compose [OPTIONS] COMMAND",
        Summary = "Define and run multi-container applications",
        TakesRawArguments = true,
        Action = (context, arguments, cancellationToken) =>
        {
            context.Out.Flush();
            return RunAsync(arguments, context.Client, cancellationToken);
        },
    };

    // Gantry.Compose.ComposeCommand.RunAsync takes this place.
    private static Task<int> RunAsync(IReadOnlyList<string> arguments, Client.GantryClient client, CancellationToken cancellationToken) =>
        throw new ExitException(1, "compose is not part of this build");
}

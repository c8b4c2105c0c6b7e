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
            return Compose.ComposeCommand.RunAsync(arguments, context.Client, cancellationToken);
        },
    };
}

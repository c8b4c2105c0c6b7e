using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Print the name of the current context.</summary>
internal static class ShowCommand
{
    public static Command Create() => new()
    {
        Usage = "show",
        Summary = "Print the name of the current context",
        Action = (context, _, _) =>
        {
            context.Out.WriteLine(context.Current.Name);
            return Task.FromResult(0);
        },
    };
}

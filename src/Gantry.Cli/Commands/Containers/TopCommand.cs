using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Display the running processes of a container.</summary>
internal static class TopCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "top CONTAINER [ps OPTIONS]",
            Summary = "Display the running processes of a container",
            Aliases = ["container top", "top"],
            Arity = Arity.AtLeast(1),
            // What follows the name is for ps.
            Options = new OptionTable { Interspersed = false },
            Action = async (context, arguments, cancellationToken) =>
            {
                var psArguments = string.Join(' ', arguments.Skip(1));
                var top = await context.Client.Containers.TopAsync(arguments[0], psArguments, cancellationToken).ConfigureAwait(false);
                var table = new TabWriter(context.Out, 20, 3);
                table.Write(string.Join('\t', top.Titles));
                foreach (var process in top.Processes)
                {
                    table.Write(string.Join('\t', process));
                }

                table.Flush();
                return 0;
            },
        };
    }
}

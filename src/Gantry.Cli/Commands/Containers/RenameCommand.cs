using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Rename a container.</summary>
internal static class RenameCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "rename CONTAINER NEW_NAME",
            Summary = "Rename a container",
            Aliases = ["container rename", "rename"],
            Arity = Arity.Exactly(2),
            Action = async (context, arguments, cancellationToken) =>
            {
                try
                {
                    await context.Client.Containers.RenameAsync(arguments[0], arguments[1], cancellationToken).ConfigureAwait(false);
                    return 0;
                }
                catch (GantryException e)
                {
                    throw new ExitException(1, $"{e.DisplayMessage}\nError: failed to rename container named {arguments[0]}");
                }
            },
        };
    }
}

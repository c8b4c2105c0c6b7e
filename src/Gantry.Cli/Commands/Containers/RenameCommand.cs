using Gantry.Cli.CommandLine;

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
                await context.Client.Containers.RenameAsync(arguments[0], arguments[1], cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Remove one or more containers.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force the removal of a running container (uses SIGKILL)");
        var link = options.Switch("link", 'l', "Remove the specified link");
        var volumes = options.Switch("volumes", 'v', "Remove anonymous volumes associated with the container");
        return new Command
        {
            Usage = "rm [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Remove one or more containers",
            Aliases = ["container rm", "container remove", "rm"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, containers, cancellationToken) =>
            {
                var how = new ContainerRemoveOptions { Force = force.Value, Link = link.Value, Volumes = volumes.Value };
                return context.ForEachAsync(containers, async c =>
                {
                    try
                    {
                        await context.Client.Containers.RemoveAsync(c, how, cancellationToken).ConfigureAwait(false);
                    }
                    catch (GantryException e) when (force.Value && e.Kind == ErrorKind.NotFound)
                    {
                        context.Error.WriteLine(e.DisplayMessage); // As rm -f: what is gone is no failure.
                        return;
                    }

                    context.Out.WriteLine(c);
                });
            },
        };
    }
}

using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Block until one or more containers stop, then print their exit codes.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "wait CONTAINER [CONTAINER...]",
            Summary = "Block until one or more containers stop, then print their exit codes",
            Aliases = ["container wait", "wait"],
            Arity = Arity.AtLeast(1),
            Action = (context, containers, cancellationToken) => context.ForEachAsync(containers, async c =>
            {
                var exited = await context.Client.Containers.WaitAsync(c, null, cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine(exited.StatusCode);
            }),
        };
    }
}

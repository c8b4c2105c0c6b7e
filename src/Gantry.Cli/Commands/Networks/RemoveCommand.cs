using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Remove one or more networks.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Do not error if the network does not exist");
        return new Command
        {
            Usage = "rm NETWORK [NETWORK...]",
            Summary = "Remove one or more networks",
            Aliases = ["network rm", "network remove"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, networks, cancellationToken) => await context.ForEachAsync(networks, async n =>
            {
                try
                {
                    await context.Client.Networks.RemoveAsync(n, cancellationToken).ConfigureAwait(false);
                    context.Out.WriteLine(n);
                }
                catch (GantryException e) when (force.Value && e.Kind == ErrorKind.NotFound)
                {
                    // Asked for: what is gone is no failure.
                }
            }).ConfigureAwait(false) == 0 ? 0 : throw new ExitException(1, "exit status 1"),
        };
    }
}

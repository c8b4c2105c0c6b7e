using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Remove one or more contexts.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force the removal of a context in use");
        return new Command
        {
            Usage = "rm CONTEXT [CONTEXT...]",
            Summary = "Remove one or more contexts",
            Aliases = ["context rm", "context remove"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, names, _) =>
            {
                // Decided before the first removal changes it.
                var current = context.Current.Name;
                return await context.ForEachNamedAsync(names, name =>
                {
                    Remove(context, name, current, force.Value);
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
            },
        };
    }

    private static void Remove(CommandContext context, string name, string current, bool force)
    {
        if (name == ContextStore.DefaultName)
        {
            throw GantryException.Invalid("context \"default\" cannot be removed");
        }

        if (!context.Contexts.Exists(name) && !force)
        {
            throw GantryException.NotFound($"context \"{name}\" does not exist");
        }

        if (name == current)
        {
            if (!force)
            {
                throw GantryException.Conflict($"context \"{name}\" is in use, set -f flag to force remove");
            }

            context.Config.SetCurrentContext(null);
        }

        context.Contexts.Remove(name);
    }
}

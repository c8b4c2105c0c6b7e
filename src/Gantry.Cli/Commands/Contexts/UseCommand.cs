using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Set the current docker context.</summary>
internal static class UseCommand
{
    public static Command Create() => new()
    {
        Usage = "use CONTEXT",
        Summary = "Set the current docker context",
        Arity = Arity.Exactly(1),
        HasPlainArity = true,
        Action = (context, names, _) =>
        {
            var name = names[0];
            if (name != ContextStore.DefaultName)
            {
                ContextStore.CheckName(name);
                context.Contexts.Get(name);
            }

            context.Config.SetCurrentContext(name == ContextStore.DefaultName ? null : name);
            context.Out.WriteLine(name);
            context.Out.Flush();
            context.Error.WriteLine($"Current context is now \"{name}\"");
            if (name != ContextStore.DefaultName && CurrentContext.DockerHost is not null)
            {
                context.Error.WriteLine($"Warning: DOCKER_HOST environment variable overrides the active context. To use \"{name}\", either set the global --context flag, or unset DOCKER_HOST environment variable.");
            }

            return Task.FromResult(0);
        },
    };
}

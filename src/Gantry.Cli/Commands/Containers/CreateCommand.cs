using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Create a new container.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var options = new OptionTable { Interspersed = false };
        var container = new ContainerOptions(options);
        var creation = new ContainerCreation(options);
        container.AddAliases();
        return new Command
        {
            Usage = "create [OPTIONS] IMAGE [COMMAND] [ARG...]",
            Summary = "Create a new container",
            Aliases = ["container create", "create"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                ContainerCreateRequest request;
                try
                {
                    request = container.Request(arguments[0], arguments.Skip(1).ToList());
                }
                catch (FormatException e)
                {
                    throw RunFailure.Usage(context, e.Message, "create");
                }

                try
                {
                    context.Out.WriteLine(await creation.CreateAsync(context, request, cancellationToken).ConfigureAwait(false));
                    return 0;
                }
                catch (FormatException e)
                {
                    throw RunFailure.Of(context, e.Message, "create");
                }
            },
        };
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Images;

/// <summary>Remove one or more images.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force removal of the image");
        var keepParents = options.Switch("no-prune", '\0', "Do not delete untagged parents");
        options.Strings("platform", '\0', "Remove only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        return new Command
        {
            Usage = "rm [OPTIONS] IMAGE [IMAGE...]",
            Summary = "Remove one or more images",
            Aliases = ["image rm", "image remove", "rmi"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, images, cancellationToken) =>
            {
                var failures = new List<string>();
                var fatal = false;
                foreach (var image in images)
                {
                    try
                    {
                        foreach (var item in await context.Client.Images.RemoveAsync(image, force.Value, !keepParents.Value, cancellationToken).ConfigureAwait(false))
                        {
                            context.Out.WriteLine(item.Deleted is { Length: > 0 } id ? "Deleted: " + id : "Untagged: " + item.Untagged);
                        }
                    }
                    catch (GantryException e)
                    {
                        fatal |= e.Kind != ErrorKind.NotFound;
                        failures.Add(e.DisplayMessage);
                    }
                }

                foreach (var failure in failures)
                {
                    context.Error.WriteLine(failure);
                }

                return failures.Count > 0 && (fatal || !force.Value) ? 1 : 0;
            },
        };
    }
}

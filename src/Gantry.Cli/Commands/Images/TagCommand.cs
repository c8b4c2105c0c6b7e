using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Images;

/// <summary>Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE.</summary>
internal static class TagCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
            Summary = "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
            Aliases = ["image tag", "tag"],
            Arity = Arity.Exactly(2),
            Action = async (context, arguments, cancellationToken) =>
            {
                References.Check(arguments[0]);
                var target = References.ParseTarget(arguments[1]).WithDefaultTag();
                await context.Client.Images.TagAsync(arguments[0], target.FamiliarName, target.Tag, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

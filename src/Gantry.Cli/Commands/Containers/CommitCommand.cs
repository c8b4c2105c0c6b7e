using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Create a new image from a container's changes.</summary>
internal static class CommitCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var author = options.String("author", 'a', "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")");
        var changes = options.List("change", 'c', "Apply Dockerfile instruction to the created image");
        var message = options.String("message", 'm', "Commit message");
        var pause = options.Switch("pause", 'p', "Pause container during commit", initial: true);
        return new Command
        {
            Usage = "commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
            Summary = "Create a new image from a container's changes",
            Aliases = ["container commit", "commit"],
            Arity = Arity.Between(1, 2),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var reference = arguments.Count > 1 ? References.Parse(arguments[1]) : null;
                var id = await context.Client.Containers.CommitAsync(
                    arguments[0],
                    new CommitOptions
                    {
                        Repository = reference?.FamiliarName,
                        Tag = reference?.Tag,
                        Author = author.Value,
                        Comment = message.Value,
                        Changes = changes.Values,
                        Pause = pause.Value,
                    },
                    cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine(id);
                return 0;
            },
        };
    }
}

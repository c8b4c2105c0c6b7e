using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Images;

/// <summary>Upload an image to a registry.</summary>
internal static class PushCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var allTags = options.Switch("all-tags", 'a', "Push all tags of an image to the repository");
        options.Switch("disable-content-trust", '\0', "Skip image signing", initial: true);
        options.String("platform", '\0', "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)");
        var quiet = options.Switch("quiet", 'q', "Suppress verbose output");
        return new Command
        {
            Usage = "push [OPTIONS] NAME[:TAG]",
            Summary = "Upload an image to a registry",
            Aliases = ["image push", "push"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var reference = References.Parse(arguments[0]);
                if (allTags.Value && (reference.Tag ?? reference.Digest?.ToString()) is not null)
                {
                    throw new ExitException(1, "tag can't be used with --all-tags/-a");
                }

                if (!allTags.Value && reference is { Tag: null, Digest: null })
                {
                    reference = reference.WithDefaultTag();
                    if (!quiet.Value)
                    {
                        context.Out.WriteLine("Using default tag: latest");
                    }
                }

                var auth = context.Config.Credentials(ConfigFile.KeyFor(reference.Domain));
                var lines = context.Client.Images.PushAsync(reference.FamiliarName, allTags.Value ? null : reference.Tag, auth, cancellationToken);
                await new ProgressDisplay(quiet.Value ? TextWriter.Null : context.Out, context.Console.OutputIsTerminal).ShowAsync(lines, cancellationToken).ConfigureAwait(false);
                if (quiet.Value)
                {
                    context.Out.WriteLine($"{reference.Repository}:{reference.Tag}");
                }

                return 0;
            },
        };
    }
}

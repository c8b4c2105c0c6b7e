using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Images;

/// <summary>Download an image from a registry.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var allTags = options.Switch("all-tags", 'a', "Download all tagged images in the repository");
        options.Switch("disable-content-trust", '\0', "Skip image verification", initial: true);
        var platform = PlatformOption.Declare(options);
        var quiet = options.Switch("quiet", 'q', "Suppress verbose output");
        return new Command
        {
            Usage = "pull [OPTIONS] NAME[:TAG|@DIGEST]",
            Summary = "Download an image from a registry",
            Aliases = ["image pull", "pull"],
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

                await ImagePull.RunAsync(context, reference, platform.Value, quiet.Value ? null : context.Out, cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine($"{reference.Repository}{(reference.Digest is { } digest ? "@" + digest : ":" + reference.Tag)}".TrimEnd(':'));
                return 0;
            },
        };
    }
}

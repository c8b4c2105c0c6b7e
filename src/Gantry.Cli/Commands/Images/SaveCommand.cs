using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Images;

/// <summary>Save one or more images to a tar archive (streamed to STDOUT by default).</summary>
internal static class SaveCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var output = options.String("output", 'o', "Write to a file, instead of STDOUT");
        var platform = options.String("platform", '\0', "Save only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        return new Command
        {
            Usage = "save [OPTIONS] IMAGE [IMAGE...]",
            Summary = "Save one or more images to a tar archive (streamed to STDOUT by default)",
            Aliases = ["image save", "save"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, images, cancellationToken) =>
            {
                ArchiveOutput.Check(context, output.Value, "save image");
                await using var tar = await context.Client.Images.SaveAsync(images, platform.Value, cancellationToken).ConfigureAwait(false);
                await ArchiveOutput.WriteAsync(context, output.Value, tar, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

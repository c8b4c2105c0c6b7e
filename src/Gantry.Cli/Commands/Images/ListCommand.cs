using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;

namespace Gantry.Cli.Commands.Images;

/// <summary>List images.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Show all images (default hides intermediate images)");
        var digests = options.Switch("digests", '\0', "Show digests");
        var filter = options.List("filter", 'f', "Filter output based on conditions provided", type: "filter");
        var format = options.String("format", '\0', ListFormat.Usage);
        var noTruncate = options.Switch("no-trunc", '\0', "Don't truncate output");
        var quiet = options.Switch("quiet", 'q', "Only show image IDs");
        return new Command
        {
            Usage = "images [OPTIONS] [REPOSITORY[:TAG]]",
            Summary = "List images",
            Aliases = ["image ls", "image list", "images"],
            Arity = Arity.AtMost(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var filters = FilterOption.Parse(filter.Values);
                if (arguments.Count == 1)
                {
                    filters = (filters ?? new Filters()).Add("reference", arguments[0]);
                }

                var images = await context.Client.Images.ListAsync(
                    new ImageListOptions { All = all.Value, Digests = digests.Value, Filters = filters }, cancellationToken).ConfigureAwait(false);
                var template = format.Value.Length > 0 || quiet.Value ? format.Value : context.Config.Text("imagesFormat") ?? "";
                var rows = quiet.Value && format.Value.Length == 0
                    ? images.Select(i => ImageRows.Of(i, digests.Value, !noTruncate.Value).First())
                    : images.SelectMany(i => ImageRows.Of(i, digests.Value, !noTruncate.Value));
                ImageRows.Format(digests.Value).Write(context.Out, template, quiet.Value, rows);
                return 0;
            },
        };
    }
}

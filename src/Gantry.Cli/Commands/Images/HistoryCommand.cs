using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Images;

/// <summary>Show the history of an image.</summary>
internal static class HistoryCommand
{
    private static readonly ListFormat Format = new("{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}", "{{.ID}}", new Dictionary<string, string>
    {
        ["ID"] = "IMAGE",
        ["CreatedAt"] = "CREATED AT",
        ["CreatedSince"] = "CREATED",
        ["CreatedBy"] = "CREATED BY",
        ["Size"] = "SIZE",
        ["Comment"] = "COMMENT",
    });

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", '\0', ListFormat.Usage);
        var human = options.Switch("human", 'H', "Print sizes and dates in human readable format", initial: true);
        var noTruncate = options.Switch("no-trunc", '\0', "Don't truncate output");
        options.String("platform", '\0', "Show history for the given platform. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        var quiet = options.Switch("quiet", 'q', "Only show image IDs");
        return new Command
        {
            Usage = "history [OPTIONS] IMAGE",
            Summary = "Show the history of an image",
            Aliases = ["image history", "history"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var history = await context.Client.Images.HistoryAsync(arguments[0], cancellationToken).ConfigureAwait(false);
                var table = human.Value ? Format : Format with { Table = Format.Table.Replace(".CreatedSince", ".CreatedAt") };
                table.Write(context.Out, format.Value, quiet.Value, history.Select(h => RowOf(h, !noTruncate.Value, human.Value)));
                return 0;
            },
        };
    }

    private static Row RowOf(ImageHistoryItem item, bool truncate, bool human)
    {
        var created = DateTimeOffset.FromUnixTimeSeconds(item.Created);
        return new Row
        {
            TypeName = "*image.historyContext",
            ["ID"] = () => truncate ? Human.ShortId(item.Id) : item.Id,
            ["CreatedAt"] = () => Human.Rfc3339(created),
            ["CreatedSince"] = () => !human ? Human.Rfc3339(created) : item.Created <= 0 ? "N/A" : Human.Ago(created),
            ["CreatedBy"] = () => item.CreatedBy.Replace('\t', ' ') is var text && truncate ? Human.Ellipsis(text, 45) : text,
            ["Size"] = () => human ? Human.Size(item.Size) : item.Size.ToString(),
            ["Comment"] = () => item.Comment,
        };
    }
}

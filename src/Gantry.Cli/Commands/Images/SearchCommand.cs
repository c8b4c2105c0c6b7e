using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Images;

/// <summary>Search Docker Hub for images.</summary>
internal static class SearchCommand
{
    private static readonly ListFormat Format = new("{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}", "{{.Name}}", new Dictionary<string, string>
    {
        ["Name"] = "NAME",
        ["Description"] = "DESCRIPTION",
        ["StarCount"] = "STARS",
        ["IsOfficial"] = "OFFICIAL",
    });

    public static Command Create()
    {
        var options = new OptionTable();
        var filter = options.Filter('f', "Filter output based on conditions provided");
        var format = options.String("format", '\0', "Pretty-print search using a Go template");
        var limit = options.Int("limit", '\0', "Max number of search results");
        var noTruncate = options.Switch("no-trunc", '\0', "Don't truncate output");
        return new Command
        {
            Usage = "search [OPTIONS] TERM",
            Summary = "Search Docker Hub for images",
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var found = await context.Client.Images.SearchAsync(arguments[0], (int)limit.Value, FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                Format.Write(context.Out, format.Value, quiet: false, found.Select(r => new Row
                {
                    TypeName = "*registry.searchContext",
                    ["Name"] = () => r.Name,
                    ["Description"] = () => r.Description.Replace('\n', ' ').Replace('\r', ' ') is var text && !noTruncate.Value ? Human.Ellipsis(text, 45) : text,
                    ["StarCount"] = () => r.StarCount.ToString(),
                    ["IsOfficial"] = () => format.Value == "json" ? (r.IsOfficial ? "true" : "false") : r.IsOfficial ? "[OK]" : "",
                }));
                return 0;
            },
        };
    }
}

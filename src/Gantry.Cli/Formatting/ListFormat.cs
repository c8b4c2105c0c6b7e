using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Formatting;

/// <summary>How a list is printed: docker's <c>--format</c> grammar, <c>table</c>, <c>table TEMPLATE</c>, <c>json</c> or <c>TEMPLATE</c>.</summary>
/// <param name="Table">The default table's template.</param>
/// <param name="Quiet">The template of <c>-q</c>.</param>
/// <param name="Titles">Column titles by field.</param>
internal sealed record ListFormat(string Table, string Quiet, IReadOnlyDictionary<string, string> Titles)
{
    public const string Usage = "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n"
        + "'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n"
        + "'TEMPLATE':         Print output using the given Go template.\n"
        + "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

    public const string InspectUsage = "Format output using a custom template:\n'json':             Print in JSON format\n"
        + "'TEMPLATE':         Print output using the given Go template.\n"
        + "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

    /// <summary>What <c>raw</c> stands for, with and without <c>-q</c>; empty where it is a template like any other.</summary>
    public (string All, string Quiet) Raw { get; init; } = ("", "");

    public void Write(TextWriter output, string format, bool quiet, IEnumerable<ITemplateObject> rows)
    {
        var isTable = format is "" or "table" || format.StartsWith("table ", StringComparison.Ordinal);
        var template = (isTable, quiet) switch
        {
            (true, true) => Quiet,
            (true, _) when format is "" or "table" => Table,
            (true, _) => format["table ".Length..].Trim(),
            _ when format == "raw" && Raw.All.Length > 0 => quiet ? Raw.Quiet : Raw.All,
            _ => format == "json" ? "{{json .}}" : format,
        };
        var parsed = Compile(template);
        if (!isTable || quiet)
        {
            foreach (var row in rows)
            {
                output.Write(Run(parsed, row));
                output.Write('\n');
            }

            return;
        }

        var table = new TabWriter(output);
        table.Write(Run(parsed, new Headings(Titles), headings: true));
        foreach (var row in rows)
        {
            table.Write(Run(parsed, row));
        }

        table.Flush();
    }

    /// <param name="exitCode">1 in lists, 64 where docker inspects.</param>
    /// <exception cref="ExitException">It does not parse.</exception>
    public static Template Compile(string template, int exitCode = 1, string name = "")
    {
        try
        {
            return Template.Parse(template.Replace("\\t", "\t").Replace("\\n", "\n"), name);
        }
        catch (TemplateException e)
        {
            throw new ExitException(exitCode, "template parsing error: " + e.Message);
        }
    }

    private static string Run(Template template, ITemplateObject row, bool headings = false)
    {
        try
        {
            return template.Execute(row, headings);
        }
        catch (TemplateException e)
        {
            throw new ExitException(1, "template parsing error: " + e.Message);
        }
    }
}

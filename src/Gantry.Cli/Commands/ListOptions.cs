using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>Options that the list commands share: a filter, a format, perhaps whole IDs, or names only.</summary>
internal sealed class ListOptions
{
    private readonly ListOption filter;
    private readonly ValueOption<string> format;
    private readonly Switch? noTruncate;
    private readonly Switch quiet;
    private readonly string setting;

    /// <param name="noTruncateUsage">Null for lists that cut nothing.</param>
    /// <param name="setting">The key of <c>config.json</c> that holds the user's own format.</param>
    public ListOptions(OptionTable options, string filterUsage, string quietUsage, string? noTruncateUsage, string setting)
    {
        this.setting = setting;
        filter = options.Filter('f', filterUsage);
        format = options.String("format", '\0', ListFormat.Usage);
        noTruncate = noTruncateUsage is null ? null : options.Switch("no-trunc", '\0', noTruncateUsage);
        quiet = options.Switch("quiet", 'q', quietUsage);
    }

    /// <summary>Null when none was given.</summary>
    public Filters? Filters => FilterOption.Parse(filter.Values);

    public bool Truncate => noTruncate is not { Value: true };

    public bool Quiet => quiet.Value;

    /// <summary>Whether a format was given on the command line.</summary>
    public bool HasFormat => format.Value.Length > 0;

    /// <summary>The format asked for: on the command line, else in the user's settings; empty for the default table.</summary>
    public string Template(CommandContext context) => format.Value.Length > 0 || quiet.Value ? format.Value : context.Config.Text(setting) ?? "";

    public void Write(CommandContext context, ListFormat layout, IEnumerable<ITemplateObject> rows) => layout.Write(context.Out, Template(context), quiet.Value, rows);
}

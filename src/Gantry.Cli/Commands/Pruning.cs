using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Terminal;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>The prune commands' one shape: warn, ask, remove, and tell what went and how much it was.</summary>
internal sealed record Pruning
{
    /// <summary>Of the command and of its help: <c>Remove all stopped containers</c>.</summary>
    public required string Summary { get; init; }

    public string Usage { get; init; } = "prune [OPTIONS]";

    /// <summary>What <c>--all</c> does; null for commands without it.</summary>
    public string? AllUsage { get; init; }

    public string FilterExample { get; init; } = "until=<timestamp>";

    /// <summary>What will be removed, with and without <c>--all</c>.</summary>
    public required Func<bool, string> Warning { get; init; }

    /// <summary>Stands above what was removed: <c>Deleted Containers:</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Refuses options that do not go together, before anything is asked.</summary>
    public Action<bool, IReadOnlyList<string>>? Check { get; init; }

    /// <summary>Further options of the command.</summary>
    public Action<OptionTable>? Declare { get; init; }

    /// <summary>Removes, given <c>--all</c> and the filters; the lines to show and the bytes freed, null where docker does not tell.</summary>
    public required Func<CommandContext, bool, Filters, CancellationToken, Task<(IEnumerable<string>? Deleted, long? Freed)>> RemoveAsync { get; init; }

    public Command Create()
    {
        var options = new OptionTable();
        var all = AllUsage is null ? null : options.Switch("all", 'a', AllUsage);
        var filter = options.Filter('\0', $"Provide filter values (e.g. \"{FilterExample}\")");
        var force = options.Switch("force", 'f', "Do not prompt for confirmation");
        Declare?.Invoke(options);
        return new Command
        {
            Usage = Usage,
            Summary = Summary,
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                Check?.Invoke(all is { Value: true }, filter.Values);
                var filters = FilterOption.ForPruning(context, filter.Values);
                if (!force.Value && !Prompt.Confirm(context.Console, Warning(all is { Value: true })))
                {
                    return 0;
                }

                var (deleted, freed) = await RemoveAsync(context, all is { Value: true }, filters, cancellationToken).ConfigureAwait(false);
                Report(context.Out, Title, deleted);
                if (freed is { } bytes)
                {
                    context.Out.WriteLine("Total reclaimed space: " + Human.Size(bytes, 4));
                }

                return 0;
            },
        };
    }

    /// <summary>The title, the lines, and an empty one; nothing when there is nothing to tell.</summary>
    public static void Report(TextWriter output, string title, IEnumerable<string>? items)
    {
        var lines = items?.ToList();
        if (lines is not { Count: > 0 })
        {
            return;
        }

        output.WriteLine(title);
        lines.ForEach(output.WriteLine);
        output.WriteLine();
    }
}

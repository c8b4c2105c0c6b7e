using Gantry.Client;
using Gantry.Compose.Execution;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>logs</c>: the output of several containers, side by side.</summary>
internal static class LogsCommand
{
    public const string Flags = "follow,f tail,n= timestamps,t no-log-prefix no-color since= until= index=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        var chosen = containers.Where(container => arguments.Integer("index") is not { } index || container.Number == index).ToList();
        var printer = new LogPrinter(context.Out, !arguments.Has("no-log-prefix"), context.UsesColor && !arguments.Has("no-color"));
        var sources = chosen.Select(container => (container.Id, Source: printer.Add(ShortName(container)))).ToList();
        var options = new LogOptions
        {
            Follow = arguments.Has("follow"),
            Tail = arguments.Value("tail"),
            Timestamps = arguments.Has("timestamps"),
            Since = Moment(arguments.Value("since")),
            Until = Moment(arguments.Value("until")),
        };
        await Task.WhenAll(sources.Select(source => new LogFollower(context.Client).CopyAsync(source.Id, options, source.Source, cancellationToken))).ConfigureAwait(false);
        return 0;
    }

    private static string ShortName(ObservedContainer container) =>
        container.Label(Labels.Project) is { } project && container.Name.StartsWith(project + "-", StringComparison.Ordinal) ? container.Name[(project.Length + 1)..] : container.Name;

    private static string? Moment(string? text) => text is null ? null
        : Timestamp.TryParseMoment(text, DateTimeOffset.UtcNow, out var instant)
            ? (instant.ToUnixTimeMilliseconds() / 1000.0m).ToString("F3", System.Globalization.CultureInfo.InvariantCulture)
            : throw new UsageException($"invalid value for \"since\" or \"until\": {text}");
}

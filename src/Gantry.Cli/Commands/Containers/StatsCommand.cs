using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Display a live stream of container(s) resource usage statistics.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var all = options.Switch("all", 'a', "Show all containers (default shows just running)");
        var format = options.String("format", '\0', ListFormat.Usage);
        var noStream = options.Switch("no-stream", '\0', "Disable streaming stats and only pull the first result");
        var noTruncate = options.Switch("no-trunc", '\0', "Do not truncate output");
        return new Command
        {
            Usage = "stats [OPTIONS] [CONTAINER...]",
            Summary = "Display a live stream of container(s) resource usage statistics",
            Aliases = ["container stats", "stats"],
            Arity = Arity.Any,
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var template = format.Value.Length > 0 ? format.Value : context.Config.Text("statsFormat") ?? "";
                do
                {
                    // A sample takes the second that the daemon needs between two readings, so this is one picture a second.
                    var names = arguments.Count > 0 ? arguments : await RunningAsync(context.Client, all.Value, cancellationToken).ConfigureAwait(false);
                    var rows = await Task.WhenAll(names.Select(n => SampleAsync(context.Client, n, arguments.Count > 0, !noTruncate.Value, cancellationToken))).ConfigureAwait(false);
                    Show(context, template, rows.OfType<Row>(), redraw: !noStream.Value);
                    if (names.Count == 0 && !noStream.Value)
                    {
                        await Task.Delay(1000, cancellationToken).ConfigureAwait(false);
                    }
                }
                while (!noStream.Value);
                return 0;
            },
        };
    }

    private static async Task<IReadOnlyList<string>> RunningAsync(GantryClient client, bool all, CancellationToken cancellationToken) =>
        (await client.Containers.ListAsync(new ContainerListOptions { All = all }, cancellationToken).ConfigureAwait(false)).Select(c => c.Id).ToList();

    private static async Task<Row?> SampleAsync(GantryClient client, string name, bool named, bool truncate, CancellationToken cancellationToken)
    {
        try
        {
            return StatsRows.Of(await client.Containers.SampleAsync(name, oneShot: false, cancellationToken).ConfigureAwait(false), name, truncate);
        }
        catch (GantryException e) when (!named && e.Kind == ErrorKind.NotFound)
        {
            return null; // Gone since the list was made.
        }
    }

    private static void Show(CommandContext context, string template, IEnumerable<Row> rows, bool redraw)
    {
        var text = new StringWriter(new StringBuilder()) { NewLine = "\n" };
        StatsRows.Format.Write(text, template, quiet: false, rows);
        if (redraw && context.Console.OutputIsTerminal)
        {
            context.Out.Write("\e[H\e[2J");
        }

        context.Out.Write(text.ToString());
        context.Out.Flush();
    }
}

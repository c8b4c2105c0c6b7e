using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>List volumes.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        options.Switch("cluster", '\0', "Display only cluster volumes, and use cluster volume list formatting", hidden: true);
        var filter = options.List("filter", 'f', "Provide filter values (e.g. \"dangling=true\")", type: "filter");
        var format = options.String("format", '\0', ListFormat.Usage);
        var quiet = options.Switch("quiet", 'q', "Only display volume names");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List volumes",
            Aliases = ["volume ls", "volume list"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var list = await context.Client.Volumes.ListAsync(FilterOption.Parse(filter.Values), cancellationToken).ConfigureAwait(false);
                var template = format.Value.Length > 0 || quiet.Value ? format.Value : context.Config.Text("volumesFormat") ?? "";
                Rows.Write(context.Out, template, quiet.Value, (list.Volumes ?? []).OrderBy(v => v.Name, NaturalOrder.Instance).Select(VolumeRows.Of));
                return 0;
            },
        };
    }

    private static readonly ListFormat Rows = VolumeRows.Format;
}

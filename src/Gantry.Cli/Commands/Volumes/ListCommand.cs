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
        var list = new ListOptions(options, "Provide filter values (e.g. \"dangling=true\")", "Only display volume names", noTruncateUsage: null, setting: "volumesFormat");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List volumes",
            Aliases = ["volume ls", "volume list"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var volumes = await context.Client.Volumes.ListAsync(list.Filters, cancellationToken).ConfigureAwait(false);
                list.Write(context, VolumeRows.Format, (volumes.Volumes ?? []).OrderBy(v => v.Name, NaturalOrder.Instance).Select(VolumeRows.Of));
                return 0;
            },
        };
    }
}

using Gantry.Compose.Output;

namespace Gantry.Compose.Commands;

/// <summary><c>ps</c>: the project's containers, with one list call.</summary>
internal static class PsCommand
{
    public const string Flags = "all,a quiet,q format= services filter= status= no-trunc orphans";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var wanted = arguments.Values("status").Concat(arguments.Values("filter").Where(filter => filter.StartsWith("status=", StringComparison.Ordinal)).Select(filter => filter["status=".Length..])).ToHashSet(StringComparer.Ordinal);
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: arguments.Has("all"), cancellationToken).ConfigureAwait(false);
        var rows = containers
            .Where(container => wanted.Count > 0 ? wanted.Contains(container.State) : arguments.Has("all") || container.State is "running" or "restarting" or "paused")
            .OrderBy(container => container.Name, StringComparer.Ordinal)
            .ToList();
        if (arguments.Has("quiet"))
        {
            rows.ForEach(container => context.Out.WriteLine(container.Id));
            return 0;
        }

        if (arguments.Has("services"))
        {
            rows.Select(container => container.Service).Distinct().ToList().ForEach(context.Out.WriteLine);
            return 0;
        }

        var format = arguments.Value("format") ?? "table";
        if (format == "json")
        {
            rows.ForEach(container => context.Out.WriteLine(ContainerRow.Json(container)));
        }
        else if (format.StartsWith("table", StringComparison.Ordinal) && !format.Contains("{{", StringComparison.Ordinal))
        {
            context.Out.Write(Table.Write(
                ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"],
                rows.Select(container => (IReadOnlyList<string>)
                [
                    container.Name, container.Summary.Image, ContainerRow.Command(container, arguments.Has("no-trunc")), container.Service,
                    HumanTime.Ago(DateTimeOffset.FromUnixTimeSeconds(container.Summary.Created)), container.Summary.Status, ContainerRow.Ports(container),
                ])));
        }
        else
        {
            rows.ForEach(container => context.Out.WriteLine(ContainerRow.Fill(format, container)));
        }

        return 0;
    }
}

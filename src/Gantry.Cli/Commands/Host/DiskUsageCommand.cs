using System.Globalization;
using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Host;

/// <summary>Show disk usage.</summary>
internal static class DiskUsageCommand
{
    private static readonly ListFormat Format = new("{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}", "{{.Type}}", new Dictionary<string, string>
    {
        ["Type"] = "TYPE",
        ["TotalCount"] = "TOTAL",
        ["Active"] = "ACTIVE",
        ["Size"] = "SIZE",
        ["Reclaimable"] = "RECLAIMABLE",
    });

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", '\0', ListFormat.Usage);
        var verbose = options.Switch("verbose", 'v', "Show detailed information on space usage");
        return new Command
        {
            Usage = "df [OPTIONS]",
            Summary = "Show docker disk usage",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var usage = await context.Client.System.DiskUsageAsync([], cancellationToken).ConfigureAwait(false);
                if (verbose.Value)
                {
                    DiskUsageDetails.Write(context.Out, format.Value, usage);
                }
                else
                {
                    Format.Write(context.Out, format.Value, quiet: false, [Images(usage), Containers(usage), Volumes(usage), BuildCache(usage)]);
                }

                return 0;
            },
        };
    }

    private static Row Images(DiskUsageResponse usage)
    {
        var images = usage.Images ?? [];
        var used = images.Where(i => i.Containers > 0).Sum(i => i.Size - Math.Max(0, i.SharedSize));
        return RowOf("Images", images.Count, images.Count(i => i.Containers > 0), usage.LayersSize, usage.LayersSize - used);
    }

    private static Row Containers(DiskUsageResponse usage)
    {
        var containers = usage.Containers ?? [];
        var active = containers.Where(c => c.State is "running" or "paused" or "restarting").ToList();
        var size = containers.Sum(c => c.SizeRw ?? 0);
        return RowOf("Containers", containers.Count, active.Count, size, size - active.Sum(c => c.SizeRw ?? 0));
    }

    private static Row Volumes(DiskUsageResponse usage)
    {
        var volumes = usage.Volumes ?? [];
        var sizes = volumes.Where(v => v.UsageData is { Size: >= 0 }).ToList();
        var size = sizes.Sum(v => v.UsageData!.Size);
        return RowOf("Local Volumes", volumes.Count, volumes.Count(v => v.UsageData?.RefCount > 0), size, sizes.Where(v => v.UsageData!.RefCount == 0).Sum(v => v.UsageData!.Size));
    }

    private static Row BuildCache(DiskUsageResponse usage)
    {
        var cache = usage.BuildCache ?? [];
        return RowOf("Build Cache", cache.Count, cache.Count(c => c.InUse), cache.Sum(c => c.Size), cache.Where(c => c is { InUse: false, Shared: false }).Sum(c => c.Size), percent: false);
    }

    private static Row RowOf(string type, int total, int active, long size, long reclaimable, bool percent = true) => new()
    {
        TypeName = "*formatter.diskUsageImagesContext",
        ["Type"] = () => type,
        ["TotalCount"] = () => total.ToString(CultureInfo.InvariantCulture),
        ["Active"] = () => active.ToString(CultureInfo.InvariantCulture),
        ["Size"] = () => Human.Size(size, 4),
        ["Reclaimable"] = () => Human.Size(reclaimable, 4) + (percent && size > 0 ? $" ({reclaimable * 100 / size}%)" : ""),
    };
}

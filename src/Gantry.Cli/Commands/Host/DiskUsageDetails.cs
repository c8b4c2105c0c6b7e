using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Commands.Host;

/// <summary><c>system df -v</c>: four tables, or one template over all four lists.</summary>
internal static class DiskUsageDetails
{
    /// <exception cref="ExitException">The template does not parse or does not fit.</exception>
    public static void Write(TextWriter output, string format, DiskUsageResponse usage)
    {
        if (format is "" or "table")
        {
            WriteTables(output, usage);
            return;
        }

        var template = format.StartsWith("table ", StringComparison.Ordinal) ? format["table ".Length..].Trim() : format == "json" ? "{{json .}}" : format;
        var all = new ComposedStruct("*formatter.diskUsageContext",
        [
            new("Images", Images(usage, truncate: false).ToList()),
            new("Containers", Containers(usage, truncate: false).ToList()),
            new("Volumes", Volumes(usage).ToList()),
            new("BuildCache", BuildCache(usage, truncate: false).ToList()),
        ]);
        try
        {
            output.Write(ListFormat.Compile(template).Execute(all));
        }
        catch (TemplateException e)
        {
            throw new ExitException(1, e.Message);
        }
    }

    private static void WriteTables(TextWriter output, DiskUsageResponse usage)
    {
        output.WriteLine("Images space usage:\n");
        Write(ImageRows.Format(digests: false), "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}", Images(usage, truncate: true));
        output.WriteLine("\nContainers space usage:\n");
        Write(ContainerRows.Format(size: true), "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}", Containers(usage, truncate: true));
        output.WriteLine("\nLocal Volumes space usage:\n");
        Write(VolumeRows.Format, "{{.Name}}\t{{.Links}}\t{{.Size}}", Volumes(usage));
        output.WriteLine($"\nBuild cache usage: {Human.Size((usage.BuildCache ?? []).Sum(c => c.Size), 4)}\n");
        Write(BuildCacheRows.Format, BuildCacheRows.Format.Table, BuildCache(usage, truncate: true));

        void Write(ListFormat format, string table, IEnumerable<Row> rows) => (format with { Table = table }).Write(output, "", quiet: false, rows);
    }

    // Of an image with several names the first.
    private static IEnumerable<Row> Images(DiskUsageResponse usage, bool truncate) => (usage.Images ?? []).Select(image =>
    {
        var row = ImageRows.Of(image, digests: false, truncate).First();
        row["Digest"] = () => "";
        return row;
    });

    private static IEnumerable<Row> Containers(DiskUsageResponse usage, bool truncate) => (usage.Containers ?? []).Select(c => ContainerRows.Of(c with { SizeRootFs = null }, truncate));

    private static IEnumerable<Row> Volumes(DiskUsageResponse usage) => (usage.Volumes ?? []).Select(VolumeRows.Of);

    private static IEnumerable<Row> BuildCache(DiskUsageResponse usage, bool truncate) => (usage.BuildCache ?? []).Select(cache => BuildCacheRows.Of(cache, truncate));
}

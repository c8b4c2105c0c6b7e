using Gantry.Api.System;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Host;

/// <summary>The tables of <c>system df -v</c>.</summary>
internal static class DiskUsageDetails
{
    public static void Write(TextWriter output, DiskUsageResponse usage)
    {
        output.WriteLine("Images space usage:\n");
        (ImageRows.Format(digests: false) with
        {
            Table = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
        }).Write(output, "", quiet: false, (usage.Images ?? []).Select(i => ImageRows.Of(i, digests: false, truncate: true).First()));
        output.WriteLine("\nContainers space usage:\n");
        (ContainerRows.Format(size: true) with
        {
            Table = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
        }).Write(output, "", quiet: false, (usage.Containers ?? []).Select(c => ContainerRows.Of(c with { SizeRootFs = null }, truncate: true)));
        output.WriteLine("\nLocal Volumes space usage:\n");
        (VolumeRows.Format with { Table = "{{.Name}}\t{{.Links}}\t{{.Size}}" }).Write(output, "", quiet: false, (usage.Volumes ?? []).Select(VolumeRows.Of));
        output.WriteLine($"\nBuild cache usage: {Human.Size((usage.BuildCache ?? []).Sum(c => c.Size), 4)}\n");
        var table = new TabWriter(output);
        table.Write("CACHE ID\tCACHE TYPE\tSIZE\tCREATED\tLAST USED\tUSAGE\tSHARED");
        foreach (var cache in usage.BuildCache ?? [])
        {
            table.Write(string.Join('\t', Human.ShortId(cache.ID), cache.Type, Human.Size(cache.Size), Since(cache.CreatedAt), Since(cache.LastUsedAt), cache.UsageCount, cache.Shared ? "true" : "false"));
        }

        table.Flush();
    }

    private static string Since(string? instant) => Core.Timestamp.TryParse(instant, out var when) ? Human.Ago(when) : "";
}

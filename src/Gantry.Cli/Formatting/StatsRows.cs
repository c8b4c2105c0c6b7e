using System.Globalization;
using Gantry.Api.Containers;

namespace Gantry.Cli.Formatting;

/// <summary>Resource usage as <c>docker stats</c> shows it.</summary>
internal static class StatsRows
{
    public static ListFormat Format { get; } = new(
        "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}", "{{.ID}}", new Dictionary<string, string>
        {
            ["Container"] = "CONTAINER",
            ["ID"] = "CONTAINER ID",
            ["Name"] = "NAME",
            ["CPUPerc"] = "CPU %",
            ["MemUsage"] = "MEM USAGE / LIMIT",
            ["MemPerc"] = "MEM %",
            ["NetIO"] = "NET I/O",
            ["BlockIO"] = "BLOCK I/O",
            ["PIDs"] = "PIDS",
        });

    public static Row Of(ContainerStatsResponse stats, string container, bool truncate)
    {
        var used = Used(stats.MemoryStats);
        var limit = stats.MemoryStats.Limit;
        return new Row
        {
            TypeName = "*container.statsContext",
            ["Container"] = () => container,
            ["ID"] = () => truncate ? Human.ShortId(stats.Id ?? container) : stats.Id ?? container,
            ["Name"] = () => stats.Name?.TrimStart('/') is { Length: > 0 } name ? name : "--",
            ["CPUPerc"] = () => Percent(Cpu(stats)),
            ["MemUsage"] = () => $"{Human.BinarySize(used)} / {Human.BinarySize(limit)}",
            ["MemPerc"] = () => Percent(limit == 0 ? 0 : used * 100.0 / limit),
            ["NetIO"] = () => Pair(Sum(stats, n => n.RxBytes), Sum(stats, n => n.TxBytes)),
            ["BlockIO"] = () => Pair(Block(stats, "read"), Block(stats, "write")),
            ["PIDs"] = () => stats.PidsStats.Current.ToString(CultureInfo.InvariantCulture),
        };
    }

    // What the kernel can drop at once is not counted as used (cgroup v1: total_inactive_file, v2: inactive_file).
    private static ulong Used(MemoryStats memory)
    {
        var cache = memory.Stats?.GetValueOrDefault("total_inactive_file", memory.Stats.GetValueOrDefault("inactive_file")) ?? 0;
        return cache < memory.Usage ? memory.Usage - cache : memory.Usage;
    }

    private static double Cpu(ContainerStatsResponse stats)
    {
        var own = (double)stats.CpuStats.CpuUsage.TotalUsage - stats.PreCpuStats.CpuUsage.TotalUsage;
        var all = (double)stats.CpuStats.SystemUsage - stats.PreCpuStats.SystemUsage;
        var cpus = stats.CpuStats.OnlineCpus > 0 ? stats.CpuStats.OnlineCpus : (uint)(stats.CpuStats.CpuUsage.PercpuUsage?.Count ?? 1);
        return own > 0 && all > 0 ? own / all * cpus * 100 : 0;
    }

    private static ulong Sum(ContainerStatsResponse stats, Func<NetworkStats, ulong> value) =>
        stats.Networks?.Values.Aggregate(0ul, (sum, n) => sum + value(n)) ?? 0;

    private static ulong Block(ContainerStatsResponse stats, string operation) => stats.BlkioStats.IoServiceBytesRecursive?
        .Where(e => e.Op.Equals(operation, StringComparison.OrdinalIgnoreCase)).Aggregate(0ul, (sum, e) => sum + e.Value) ?? 0;

    private static string Pair(ulong first, ulong second) => $"{Human.Size((long)first)} / {Human.Size((long)second)}";

    private static string Percent(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "%";
}

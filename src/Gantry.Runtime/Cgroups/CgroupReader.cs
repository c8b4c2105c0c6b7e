using System.Globalization;
using Gantry.Linux;

namespace Gantry.Runtime.Cgroups;

/// <summary>Reads a cgroup's counters: version 1's files by controller, or version 2's. What is missing counts as zero.</summary>
internal sealed class CgroupReader(CgroupHost host, string cgroupsPath)
{
    // USER_HZ, the unit of cpuacct.stat, is 100 on every architecture Linux still ships for.
    private const ulong NanosecondsPerTick = 10_000_000;

    public CgroupStats Read() => host.IsUnified ? ReadUnified() : ReadLegacy();

    /// <summary>Processes of the cgroup that the kernel killed for want of memory.</summary>
    public ulong OomKills() => (host.IsUnified ? Table("", "memory.events") : Table("memory", "memory.oom_control")).GetValueOrDefault("oom_kill");

    /// <summary>Version 1 with kills disabled.</summary>
    public bool IsOutOfMemory() => !host.IsUnified && Table("memory", "memory.oom_control") is var table && table.GetValueOrDefault("under_oom") == 1 && table.GetValueOrDefault("oom_kill_disable") == 1;

    private CgroupStats ReadLegacy()
    {
        var throttling = Table("cpu", "cpu.stat");
        var ticks = Table("cpuacct", "cpuacct.stat");
        return new CgroupStats
        {
            CpuTotal = Number("cpuacct", "cpuacct.usage"),
            CpuUser = ticks.GetValueOrDefault("user") * NanosecondsPerTick,
            CpuKernel = ticks.GetValueOrDefault("system") * NanosecondsPerTick,
            Periods = throttling.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
            ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
            MemoryUsage = Number("memory", "memory.usage_in_bytes"),
            MemoryLimit = Number("memory", "memory.limit_in_bytes"),
            MemoryMaxUsage = Number("memory", "memory.max_usage_in_bytes"),
            MemoryDetails = Table("memory", "memory.stat"),
            Pids = Number("pids", "pids.current"),
            CpuByProcessor = [.. Text("cpuacct", "cpuacct.usage_percpu").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(text => text.Length > 0).Select(Parse)],
            PidsLimit = Number("pids", "pids.max") is var limit && limit == ulong.MaxValue ? 0 : limit,
            BlockIo = BlockIo("blkio.throttle.io_service_bytes_recursive"),
            BlockRequests = BlockIo("blkio.throttle.io_serviced_recursive"),
        };
    }

    private CgroupStats ReadUnified()
    {
        const ulong NanosecondsPerMicrosecond = 1000;
        var cpu = Table("", "cpu.stat");
        return new CgroupStats
        {
            CpuTotal = cpu.GetValueOrDefault("usage_usec") * NanosecondsPerMicrosecond,
            CpuUser = cpu.GetValueOrDefault("user_usec") * NanosecondsPerMicrosecond,
            CpuKernel = cpu.GetValueOrDefault("system_usec") * NanosecondsPerMicrosecond,
            Periods = cpu.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = cpu.GetValueOrDefault("nr_throttled"),
            ThrottledTime = cpu.GetValueOrDefault("throttled_usec") * NanosecondsPerMicrosecond,
            MemoryUsage = Number("", "memory.current"),
            MemoryLimit = Number("", "memory.max"),
            MemoryMaxUsage = Number("", "memory.peak"),
            MemoryDetails = Table("", "memory.stat"),
            Pids = Number("", "pids.current"),
            PidsLimit = Number("", "pids.max"),
            BlockIo = UnifiedBlockIo(),
        };
    }

    /// <summary>"8:0 Read 4096" lines; the throttling layer's counters are there whichever scheduler a disk has.</summary>
    private List<(uint Major, uint Minor, string Operation, ulong Bytes)> BlockIo(string file)
    {
        var found = new List<(uint, uint, string, ulong)>();
        foreach (var line in Text("blkio", file).Split('\n'))
        {
            if (line.Split(' ') is [var device, var operation, var bytes] && device.Split(':') is [var major, var minor])
            {
                found.Add(((uint)Parse(major), (uint)Parse(minor), operation, Parse(bytes)));
            }
        }

        return found;
    }

    /// <summary>"8:0 rbytes=4096 wbytes=0 ..." lines.</summary>
    private List<(uint Major, uint Minor, string Operation, ulong Bytes)> UnifiedBlockIo()
    {
        var found = new List<(uint, uint, string, ulong)>();
        foreach (var line in Text("", "io.stat").Split('\n'))
        {
            if (line.Split(' ') is [var device, .. var pairs] && device.Split(':') is [var major, var minor])
            {
                foreach (var pair in pairs)
                {
                    var operation = pair.StartsWith("rbytes=", StringComparison.Ordinal) ? "Read" : pair.StartsWith("wbytes=", StringComparison.Ordinal) ? "Write" : null;
                    if (operation is not null)
                    {
                        found.Add(((uint)Parse(major), (uint)Parse(minor), operation, Parse(pair[7..])));
                    }
                }
            }
        }

        return found;
    }

    private Dictionary<string, ulong> Table(string controller, string file)
    {
        var table = new Dictionary<string, ulong>();
        foreach (var line in Text(controller, file).Split('\n'))
        {
            if (line.Split(' ') is [var name, var value])
            {
                table[name] = Parse(value);
            }
        }

        return table;
    }

    private ulong Number(string controller, string file) => Parse(Text(controller, file).Trim());

    private string Text(string controller, string file)
    {
        try
        {
            return host.Directory(controller, cgroupsPath) is { } directory ? File.ReadAllText(Path.Combine(directory, file)) : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    // "max" is how version 2, and version 1's pids controller, say "no limit".
    private static ulong Parse(string text) =>
        text == "max" ? ulong.MaxValue : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}

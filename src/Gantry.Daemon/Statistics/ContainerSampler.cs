using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Daemon.Mapping;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Statistics;

/// <summary>Takes samples of a container, with what of the host Docker's clients set them against.</summary>
internal sealed class ContainerSampler(ContainerService containers, long hostMemory, TimeProvider clock)
{
    // USER_HZ, fixed at 100 in the kernel's interface (proc_stat(5)).
    private const ulong NanosecondsPerTick = 10_000_000;

    public StatsSample Take(Container container)
    {
        var counters = containers.ReadStats(container.Id.ToString());
        return new StatsSample(clock.GetUtcNow(), counters, HostCpu(), counters is null ? null : Interfaces(container.State.Pid))
        {
            HostMemory = (ulong)hostMemory,
        };
    }

    /// <summary>Processor time of all states, nanoseconds: the first line of /proc/stat without guest times, which are in user's.</summary>
    public static ulong HostCpu()
    {
        using var reader = new StreamReader("/proc/stat");
        ulong ticks = 0;
        foreach (var field in (reader.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8))
        {
            ticks += ulong.Parse(field, CultureInfo.InvariantCulture);
        }

        return ticks * NanosecondsPerTick;
    }

    /// <summary>Counters of a process's network namespace, loopback left out.</summary>
    public static IReadOnlyDictionary<string, NetworkStats>? Interfaces(int pid)
    {
        try
        {
            return ParseInterfaces(File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/dev")));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static IReadOnlyDictionary<string, NetworkStats>? ParseInterfaces(IEnumerable<string> lines)
    {
        var interfaces = new Dictionary<string, NetworkStats>();
        foreach (var line in lines.Skip(2))
        {
            var colon = line.IndexOf(':');
            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var name = line[..Math.Max(colon, 0)].Trim();
            if (name is "" or "lo" || fields.Length < 16)
            {
                continue;
            }

            interfaces[name] = new NetworkStats
            {
                RxBytes = Number(0),
                RxPackets = Number(1),
                RxErrors = Number(2),
                RxDropped = Number(3),
                TxBytes = Number(8),
                TxPackets = Number(9),
                TxErrors = Number(10),
                TxDropped = Number(11),
            };

            ulong Number(int index) => ulong.Parse(fields[index], CultureInfo.InvariantCulture);
        }

        return interfaces.Count > 0 ? interfaces : null;
    }
}
